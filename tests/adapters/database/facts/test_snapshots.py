"""Snapshots: what is open, on hold, sent and owed, as of a day and as known at a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from adapters.delivery.maildir_sink import maildir_sink
from engine.facts.case import CustomerCase
from rules.language.loader import load_ruleset
from tests.scenarios.player import HERE, Player

DAY = date(2026, 3, 3)


@pytest.fixture
def player(tmp_path: Path, database_url: str) -> Iterator[Player]:
    guards = (HERE / "guards.yaml").read_text("utf-8")
    ruleset = load_ruleset((HERE / "rulesets" / "overdue_30_40_50.yaml").read_text("utf-8"), guards=guards)
    with maildir_sink(tmp_path / "mail") as port:
        yield Player(tmp_path, database_url, port, [ruleset])


def case_of(
    player: Player, books: Mapping[str, Any], day: date = DAY, known_at: datetime | None = None
) -> CustomerCase:
    player.books.change(books)
    player.sync(day)
    return player.system.books.facts.case("books", "A", day, player.rulesets[0], known_at=known_at)


def item(key: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "issued": "2026-01-02", "due": "2026-01-31", "amount": amount, **more}


A = {"customers": [{"key": "A"}]}


def test_payments_count_from_their_day(player: Player) -> None:
    books = A | {
        "items": [item("I1", "100.00"), item("I2", "50.00")],
        "payments": [
            {"key": "P1", "paid": "2026-03-03", "amount": "30.00", "pays": {"I1": "30.00"}},
            {"key": "P2", "paid": "2026-03-04", "amount": "50.00", "pays": {"I2": "50.00"}},
        ],
    }
    today = case_of(player, books)
    assert [(line.key, line.open_minor) for line in today.lines] == [("I1", 7000), ("I2", 5000)]
    assert [line.original_minor for line in today.lines] == [10000, 5000]
    tomorrow = case_of(player, {}, DAY + timedelta(days=1))
    assert [line.key for line in tomorrow.lines] == ["I1"]
    yesterday = player.system.books.facts.case("books", "A", DAY - timedelta(days=1), player.rulesets[0])
    assert [line.open_minor for line in yesterday.lines] == [10000, 5000]


def test_minor_units_follow_the_currency(player: Player) -> None:
    books = A | {
        "items": [
            item("I1", "1234", currency="JPY"),
            item("I2", "1.234", currency="KWD"),
            item("I3", "0.07", currency="EUR"),
        ]
    }
    found = case_of(player, books)
    assert {line.currency: line.open_minor for line in found.lines} == {"JPY": 1234, "KWD": 1234, "EUR": 7}


def test_credits_and_unallocated_payments_lower_the_balance_and_are_no_items(player: Player) -> None:
    books = A | {
        "items": [
            item("I1", "100.00"),
            item("C1", "30.00", kind="correction", direction="credit", pays={"I1": "10.00"}),
        ],
        "payments": [{"key": "P1", "paid": "2026-02-01", "amount": "25.00", "pays": {"I1": "5.00"}}],
    }
    found = case_of(player, books)
    facts = found.customer.facts
    assert [(line.key, line.open_minor) for line in found.lines] == [("I1", 8500)]
    assert found.credits == {"PLN": 4000}
    assert (facts["total_open"], facts["credit_amount"], facts["balance"]) == (8500, 4000, 4500)
    assert (facts["overdue_amount"], facts["net_overdue"]) == (8500, 4500)


def test_an_item_not_issued_yet_or_closed_is_not_there(player: Player) -> None:
    books = A | {"items": [item("I1", "100.00"), item("I2", "100.00", issued="2026-03-04", due="2026-03-20")]}
    assert [line.key for line in case_of(player, books).lines] == ["I1"]
    player.books.remove({"items": ["I1"]})
    assert [line.key for line in case_of(player, {}, DAY + timedelta(days=1)).lines] == ["I2"]
    before = player.system.books.facts.case("books", "A", DAY, player.rulesets[0])
    assert [line.key for line in before.lines] == ["I1"], "the past still knows the closed item"


def test_what_was_known_earlier_can_be_asked(player: Player) -> None:
    case_of(player, A | {"items": [item("I1", "100.00")]})
    then = datetime(2026, 3, 3, 12, tzinfo=UTC)
    late = {"payments": [{"key": "P1", "paid": "2026-03-01", "amount": "60.00", "pays": {"I1": "60.00"}}]}
    now = case_of(player, late, DAY + timedelta(days=2))
    assert [line.open_minor for line in now.lines] == [4000]
    as_known_then = player.system.books.facts.case("books", "A", DAY, player.rulesets[0], known_at=then)
    assert [line.open_minor for line in as_known_then.lines] == [10000]


@pytest.mark.parametrize(
    ("until", "held"), [("", True), ("2026-03-03", True), ("2026-03-02", False), ("2026-03-04", True)]
)
def test_a_hold_protects_through_its_last_day(player: Player, until: str, held: bool) -> None:
    hold = {"key": "H1", "item": "I1", "reason": "dispute", "from": "2026-03-01", "until": until}
    found = case_of(player, A | {"items": [item("I1", "100.00"), item("I2", "10.00")], "holds": [hold]})
    first, second = found.items
    assert (first.facts["on_hold"], second.facts["on_hold"], found.customer.facts["on_hold"]) == (held, False, False)
    assert first.facts["disputed"] is held
    assert found.customer.facts["actionable_overdue"] == (1000 if held else 11000)
    assert found.lines[0].hold_until == (date.fromisoformat(until) if held and until else None)


def test_a_hold_of_the_customer_covers_all_items_and_the_weightiest_reason_is_named(player: Player) -> None:
    holds = [
        {"key": "H1", "reason": "manual", "from": "2026-03-01"},
        {"key": "H2", "item": "I1", "reason": "insolvency", "from": "2026-03-01"},
    ]
    found = case_of(player, A | {"items": [item("I1", "1.00"), item("I2", "1.00")], "holds": holds})
    assert [one.facts["hold_reason"] for one in found.items] == ["insolvency", "manual"]
    assert found.customer.facts["hold_reason"] == "manual"
    assert found.customer.facts["oldest_days_past_due"] == 0


def test_a_promise_that_passed_unpaid_is_broken(player: Player) -> None:
    holds = [
        {"key": "H1", "item": "I1", "reason": "promise", "from": "2026-02-01", "until": "2026-03-02"},
        {"key": "H2", "item": "I2", "reason": "promise", "from": "2026-02-01", "until": "2026-03-03"},
    ]
    found = case_of(player, A | {"items": [item("I1", "1.00"), item("I2", "1.00")], "holds": holds})
    assert found.customer.facts["promises_broken"] == 1


@pytest.mark.parametrize(
    ("limit", "facts"), [("", (None, None)), ("400.00", (40000, 25)), ("0", (0, 1_000_000)), ("99.99", (9999, 100))]
)
def test_no_limit_is_not_limit_zero(player: Player, limit: str, facts: tuple[int | None, int | None]) -> None:
    books = {"customers": [{"key": "A", "limit": limit}], "items": [item("I1", "100.00")]}
    found = case_of(player, books).customer.facts
    assert (found["credit_limit"], found["credit_utilisation"]) == facts


def test_turnover_is_of_the_last_twelve_months(player: Player) -> None:
    books = A | {
        "items": [
            item("I1", "100.00", issued="2025-03-03", due="2025-04-01"),
            item("I2", "20.00", issued="2025-03-04", due="2025-04-01"),
            item("I3", "3.00", issued="2026-03-03", due="2026-04-01", currency="EUR"),
            item("I4", "9.00", issued="2026-03-03", due="2026-04-01", kind="proforma"),
        ]
    }
    # 3.00 EUR at the 4.2100 of 2 March
    assert case_of(player, books).customer.facts["turnover_12m"] == 2000 + 1263


def test_what_was_sent_is_the_stage_and_the_notice(player: Player) -> None:
    books = A | {"items": [item("I1", "100.00")], "services": [{"key": "S1"}]}
    case_of(player, books)
    assert player.run(DAY) == ["A: remind od1 I1"]
    pending = player.system.books.facts.case("books", "A", DAY, player.rulesets[0])
    assert pending.lines[0].pending == "od1"
    assert pending.items[0].facts["stage"] is None
    player.deliver(DAY)
    later = case_of(player, {}, DAY + timedelta(days=9))
    facts = later.items[0].facts
    assert (facts["stage"], facts["days_in_stage"], later.lines[0].pending) == ("od1", 9, None)
    assert (facts["notice_delivered"], facts["days_since_notice"], facts["days_since_contact"]) == (True, 9, 9)
    assert (later.customer.facts["has_service"], later.customer.facts["suspended"]) == (True, False)
    same_day = player.system.books.facts.case("books", "A", DAY - timedelta(days=1), player.rulesets[0])
    assert same_day.items[0].facts["stage"] is None, "the day before knows nothing of it"


def test_the_age_of_the_data_counts_full_hours(player: Player) -> None:
    case_of(player, A | {"items": [item("I1", "1.00")]})
    with player.system.database.engine.connect() as connection:
        synced = connection.execute(text("select synced_at from source")).scalar_one()
    at = synced + timedelta(hours=37, minutes=59)
    found = player.system.books.facts.case("books", "A", DAY, player.rulesets[0], known_at=at)
    assert found.customer.facts["source_age_hours"] == 37
