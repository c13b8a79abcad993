"""One customer at a time: finances, state, hypothetical changes, and what to do when he does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.delivery.maildir_sink import maildir_sink
from engine.errors import InvalidInput, NotFound, RateMissing
from engine.facts.case import CustomerCase
from engine.facts.store import Change
from rules.language.loader import load_ruleset
from tests.scenarios.player import HERE, Player

DAY = date(2026, 3, 3)
BOOKS: dict[str, Any] = {
    "customers": [{"key": "A", "limit": "500.00"}, {"key": "B"}],
    "services": [{"key": "S1"}],
    "items": [
        {"key": "I1", "issued": "2026-01-02", "due": "2026-01-20", "amount": "300.00"},
        {"key": "I2", "issued": "2026-02-02", "due": "2026-03-20", "amount": "100.00", "currency": "EUR"},
        {
            "key": "C1",
            "issued": "2026-02-10",
            "due": "2026-02-10",
            "amount": "50.00",
            "direction": "credit",
            "kind": "correction",
        },
        {
            "key": "J1",
            "customer": "B",
            "issued": "2026-02-02",
            "due": "2026-03-20",
            "amount": "1.00",
            "currency": "GBP",
        },
    ],
    "payments": [{"key": "P1", "paid": "2026-02-20", "amount": "80.00", "pays": {"I1": "60.00"}}],
}


@pytest.fixture
def player(tmp_path: Path, database_url: str) -> Iterator[Player]:
    guards = (HERE / "guards.yaml").read_text("utf-8")
    ruleset = load_ruleset((HERE / "rulesets" / "overdue_30_40_50.yaml").read_text("utf-8"), guards=guards)
    with maildir_sink(tmp_path / "mail") as port:
        player = Player(tmp_path, database_url, port, [ruleset])
        player.books.change(BOOKS)
        player.sync(DAY)
        yield player


def finances(player: Player, customer: str = "A", currency: str | None = None) -> Any:
    return player.system.books.facts.finances("books", customer, date(2026, 1, 1), DAY, currency, DAY)


def case_after(player: Player, *changes: Change) -> CustomerCase:
    return player.system.books.facts.case("books", "A", DAY, player.rulesets[0], changes=changes)


def test_debt_is_told_by_age_and_by_currency(player: Player) -> None:
    found = finances(player)
    ages = {row["age"]: (row["amount"], row["items"]) for row in found["debt"]["by_age"] if row["items"]}
    assert ages == {"not_due": ("421.00", 1), "31-60": ("240.00", 1)}
    assert found["debt"]["total"] == "661.00"
    assert found["debt"]["credits"] == "70.00"
    assert found["debt"]["balance"] == "591.00"
    assert found["debt"]["by_currency"] == [
        {"currency": "EUR", "open": "100.00", "overdue": "0.00", "credits": "0.00"},
        {"currency": "PLN", "open": "240.00", "overdue": "240.00", "credits": "70.00"},
    ]


def test_turnover_and_payments_are_of_the_period(player: Player) -> None:
    found = finances(player)
    assert found["turnover"]["net"] == "771.00"  # 300 + 100 EUR at 4.21 + the correction as the books write it
    assert found["payments"] == [
        {"key": "P1", "paid_on": "2026-02-20", "currency": "PLN", "amount": "80.00", "unallocated": "20.00"}
    ]
    later = player.system.books.facts.finances("books", "A", date(2026, 2, 21), DAY, None, DAY)
    assert later["payments"] == []


def test_profit_says_how_many_documents_lack_their_cost(player: Player) -> None:
    assert finances(player)["profit"] == {"amount": None, "documents_without_cost": 3}


def test_the_credit_limit_is_used_by_the_balance(player: Player) -> None:
    assert finances(player)["credit_limit"] == {
        "limit": "500.00",
        "used": "591.00",
        "free": "-91.00",
        "utilisation_percent": "118.2",
    }
    assert player.system.books.facts.finances("books", "A", DAY, DAY, "EUR", DAY)["credit_limit"]["used"] == "140.38"


def test_sums_without_a_rate_are_refused_naming_the_currency(player: Player) -> None:
    with pytest.raises(RateMissing) as caught:
        finances(player, "B")
    assert caught.value.currency == "GBP"


def test_a_hypothetical_payment_settles_the_item_and_its_rest_is_a_credit(player: Player) -> None:
    after = case_after(player, Change("payment", 30000, "PLN", "I1"))
    assert [line.key for line in after.lines] == ["I2"]
    assert after.customer.facts["credit_amount"] == 7000 + 6000
    assert after.customer.facts["overdue_amount"] == 0


def test_a_hypothetical_payment_without_an_item_is_a_credit(player: Player) -> None:
    after = case_after(player, Change("payment", 10000, "PLN"))
    assert after.customer.facts["net_overdue"] == 24000 - 17000


def test_a_hypothetical_hold_stops_the_item(player: Player) -> None:
    after = case_after(player, Change("hold", reason="dispute", item="I1"))
    assert [one.facts["on_hold"] for one in after.items] == [True, False]
    assert after.customer.facts["actionable_overdue"] == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (Change("payment", 0, "PLN"), "changes.amount"),
        (Change("payment", 100, None), "changes.currency"),
        (Change("payment", 100, "EUR", "I1"), "changes.currency"),
        (Change("payment", 100, "PLN", "nothing"), "changes.item"),
        (Change("hold", reason="mood"), "changes.reason"),
        (Change("hold", reason="dispute", item="nothing"), "changes.item"),
        (Change("rain"), "changes.kind"),
    ],
)
def test_an_impossible_change_names_its_field(player: Player, change: Change, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        case_after(player, change)
    assert caught.value.field == field


def test_nobody_is_an_error_everywhere(player: Player) -> None:
    facts = player.system.books.facts
    for ask in (
        lambda: facts.case("books", "Z", DAY, player.rulesets[0]),
        lambda: facts.customer_facts("books", "Z", DAY),
        lambda: facts.finances("books", "Z", DAY, DAY, None, DAY),
        lambda: facts.state("nowhere", "A", DAY),
    ):
        with pytest.raises(NotFound):
            ask()


def test_the_state_tells_stages_services_and_actions(player: Player) -> None:
    before: Any = player.system.books.facts.state("books", "A", DAY)
    assert (before["stages"], before["actions"], before["last_contact"]) == ([], [], None)
    assert before["services"] == [
        {"key": "S1", "name": "Internet", "desired": "active", "version": 0, "confirmed": True, "since": None}
    ]
    player.run(DAY)
    player.deliver(DAY)
    after: Any = player.system.books.facts.state("books", "A", DAY)
    assert after["stages"] == [{"item": "I1", "document": "I1", "stage": "od1", "sent_on": "2026-03-03"}]
    assert after["last_contact"] == "2026-03-03"
    assert {(action["kind"], action["channel"], action["state"]) for action in after["actions"]} == {
        ("remind", "email", "done")
    }
