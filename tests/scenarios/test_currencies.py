"""Several currencies: one message with a total for each, thresholds in ledger currency, and no guess without a rate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

import app.commands.main as cli
from adapters.delivery.maildir_sink import maildir_sink
from adapters.finance.rates.csv_rates import CsvRates
from adapters.finance.rates.nbp import NbpRates
from app.usecases.release import import_shipped
from engine.decisions.evaluation import Evaluator
from engine.ports import RateTable
from rules.language.loader import load_ruleset
from tests.scenarios.player import HERE, Player, mails, said

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
    totals = [line for line in said(mail).splitlines() if line.startswith("Total")]
    assert len(totals) == 3
    for amount in ("PLN 1,234.50", "EUR 112.20", "USD 7.00"):
        assert any(amount in line for line in totals), (amount, totals)


@pytest.mark.parametrize(
    ("rates", "day", "currency", "below", "above"),
    [
        # Tuesday 3 March: 4.2100 of Monday; 12.11 EUR are 50.98 PLN, 12.12 EUR are 51.03 PLN
        (CsvRates(HERE / "rates.csv"), date(2026, 3, 3), "EUR", "12.11", "12.12"),
        # Monday 2 March: 4.2000 of Friday; 12.13 EUR are 50.95 PLN, 12.14 EUR are 50.99 PLN
        (CsvRates(HERE / "rates.csv"), date(2026, 3, 2), "EUR", "12.13", "12.14"),
        # Monday 29 December: 3.5848 of the 23rd, before Christmas Eve; 14.22 USD are 50.98 PLN, 14.23 USD 51.01 PLN
        (NbpRates(), date(2025, 12, 29), "USD", "14.22", "14.23"),
    ],
    ids=["file", "file over a weekend", "package over Christmas"],
)
def test_thresholds_compare_in_ledger_currency(
    player: Player, rates: RateTable, day: date, currency: str, below: str, above: str
) -> None:
    player.system.books.rates = rates
    player.books.change({"customers": [{"key": "A"}, {"key": "B"}]})
    item = {"issued": day - timedelta(days=30), "due": day - timedelta(days=10), "currency": currency}
    player.books.change(
        {"items": [{"key": "I1", "amount": below, **item}, {"key": "I2", "customer": "B", "amount": above, **item}]}
    )
    player.sync(day)
    assert player.run(day) == ["B: remind level1 I2"]


def test_a_debt_without_a_rate_leaves_those_beside_it_and_a_credit_without_one_holds_the_customer(
    player: Player, tmp_path: Path, database_url: str
) -> None:
    player.books.change({"customers": [{"key": "A"}, {"key": "B"}]})
    item = {"issued": "2026-02-01", "due": "2026-02-20", "amount": "1000.00"}
    player.books.change(
        {
            "items": [
                {"key": "I1", "currency": "GBP", **item},
                {"key": "I2", "currency": "PLN", **item},
                {"key": "J1", "currency": "GBP", "direction": "credit", "customer": "B", **item, "amount": "1.00"},
                {"key": "J2", "currency": "PLN", "customer": "B", **item},
            ]
        }
    )
    player.sync(DAY)
    assert player.run(DAY) == ["A: remind level1 I1 I2"], "what can be converted is enough"
    assert player.deliver(DAY) == {"done": 1}
    (ruleset,) = player.rulesets
    case = player.system.books.facts.case("books", "B", DAY, ruleset)
    assert case.customer.facts["rate_known"] is False
    assert (case.customer.facts["overdue_amount"], case.customer.facts["net_overdue"]) == (1000_00, None)
    evaluation = Evaluator(ruleset).evaluate(case, explain=True)
    assert not evaluation.decisions
    assert "rate_known" in [guard.id for guard in evaluation.guards]

    # what a person is told, by the shipped rules
    import_shipped(player.system.rules.library, player.system.rules.shipped)
    environment = {
        "DATABASE_URL": database_url,
        "MONITUM_HOME": str(tmp_path / "home"),
        "MONITUM_SOURCES": str(player.source),
        "RATES_CSV": str(HERE / "rates.csv"),
    }
    told = CliRunner(env=environment).invoke(cli.main, ["explain", "B", "--as-of", str(DAY)], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    assert "Guard pl.guard.rate_known: forbids everything." in told.output


@pytest.mark.parametrize(
    ("day", "rate"), [(date(2024, 5, 2), "4.3213"), (date(2025, 12, 29), "4.2274"), (date(2026, 1, 19), "4.2192")]
)
def test_the_rate_is_that_of_the_last_working_day_before(day: date, rate: str) -> None:
    assert NbpRates().rate("EUR", day) == Decimal(rate)
