"""Several currencies: one message with a total for each, thresholds in ledger currency, and no guess without a rate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.delivery.maildir_sink import maildir_sink
from adapters.finance.rates.nbp import NbpRates
from engine.evaluation import Evaluator
from rules.loader import load_ruleset
from tests.scenarios.player import HERE, Player, mails

DAY = date(2026, 3, 3)
THREE = {
    "customers": [{"key": "A"}],
    "items": [
        {"key": "I1", "issued": "2026-02-01", "due": "2026-02-20", "amount": "1234.50", "currency": "PLN"},
        {"key": "I2", "issued": "2026-02-01", "due": "2026-02-20", "amount": "12.20", "currency": "EUR"},
        {"key": "I3", "issued": "2026-02-01", "due": "2026-02-20", "amount": "7.00", "currency": "USD"},
        {"key": "I4", "issued": "2026-02-01", "due": "2026-02-20", "amount": "100.00", "currency": "EUR"},
    ],
}


@pytest.fixture
def player(tmp_path: Path, database_url: str) -> Iterator[Player]:
    guards = (HERE / "guards.yaml").read_text("utf-8")
    ruleset = load_ruleset((HERE / "rulesets" / "threshold_50_99.yaml").read_text("utf-8"), guards=guards)
    with maildir_sink(tmp_path / "mail") as port:
        yield Player(tmp_path, database_url, port, [ruleset])


def test_three_currencies_give_one_message_with_three_totals(player: Player, tmp_path: Path) -> None:
    player.books.change(THREE)
    player.sync(DAY)
    assert player.run(DAY) == ["A: remind level1 I1 I2 I3 I4"]
    player.deliver(DAY)
    (mail,) = mails(tmp_path / "mail")
    text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    said = text.get_payload(decode=True).decode().replace("\N{NO-BREAK SPACE}", " ")
    totals = [line for line in said.splitlines() if line.startswith("Total")]
    assert len(totals) == 3
    for amount in ("PLN 1,234.50", "EUR 112.20", "USD 7.00"):
        assert any(amount in line for line in totals), (amount, totals)


def test_thresholds_compare_in_ledger_currency(player: Player) -> None:
    player.books.change({"customers": [{"key": "A"}, {"key": "B"}]})
    # 4.21 PLN on 2 March: 12.11 EUR are 50.98 PLN and 12.12 EUR are 51.03 PLN, at a threshold of 50.99 PLN
    item = {"issued": "2026-02-01", "due": "2026-02-20", "currency": "EUR"}
    player.books.change({"items": [{"key": "I1", "amount": "12.11", **item},
                                   {"key": "I2", "customer": "B", "amount": "12.12", **item}]})  # fmt: skip
    player.sync(DAY)
    assert player.run(DAY) == ["B: remind level1 I2"]


def test_a_missing_rate_holds_the_customer_and_says_so(player: Player) -> None:
    player.books.change(THREE)
    player.books.change({"customers": [{"key": "B"}]})
    item = {"customer": "B", "issued": "2026-02-01", "due": "2026-02-20", "amount": "1000.00"}
    player.books.change({"items": [{"key": "J1", "currency": "GBP", **item}, {"key": "J2", "currency": "PLN", **item}]})
    player.sync(DAY)
    assert player.run(DAY) == ["A: remind level1 I1 I2 I3 I4"]
    (ruleset,) = player.rulesets
    case = player.system.facts.case("books", "B", DAY, ruleset)
    assert case.customer.facts["rate_known"] is False
    assert case.customer.facts["overdue_amount"] is None
    evaluation = Evaluator(ruleset).evaluate(case, explain=True)
    assert not evaluation.decisions
    assert "rate_known" in [guard.id for guard in evaluation.guards]


@pytest.mark.parametrize(
    ("day", "rate"), [(date(2024, 5, 2), "4.3213"), (date(2025, 12, 29), "4.2274"), (date(2026, 1, 19), "4.2192")]
)
def test_the_rate_is_that_of_the_last_working_day_before(day: date, rate: str) -> None:
    assert NbpRates().rate("EUR", day) == Decimal(rate)
