"""What is open of an item or a payment: by side, day and what was known; and that it costs no call a row."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Connection, Engine, text

from adapters.database.facts.open_amount import Side, open_amount

FIRST, SECOND = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC)
NEVER = date(2026, 12, 31)
_ITEM = (
    "insert into open_item (source, key, customer_key, document_key, issue_date, due_date, currency, amount, direction,"
    " instalment, closed_on, digest, recorded_from) values ('fk', :key, 'K', :key, '2026-01-01', '2026-01-15', 'PLN', "
    "100, :direction, false, :closed_on, '', :now)"
)
_PAYMENT = (
    "insert into payment (source, key, customer_key, paid_on, currency, amount, digest, recorded_from) "
    "values ('fk', 'P', 'K', '2026-02-01', 'PLN', 50, '', :now)"
)
_ALLOCATION = (
    "insert into allocation (source, key, item_key, payment_key, credit_item_key, allocated_on, amount, digest, "
    "recorded_from, recorded_to) values ('fk', :key, 'debit', :payment, :credit, :day, :amount, '', :first, :last)"
)


@pytest.fixture
def books(database: Engine) -> Engine:
    """A claim of 100: 30 of a payment and 20 of a credit note allocated to it, known at first to be 25 of the note."""
    with database.begin() as connection:
        for key, closed_on in (("debit", None), ("credit", None), ("closed", date(2026, 3, 10))):
            direction = "credit" if key == "credit" else "debit"
            connection.execute(text(_ITEM), {"key": key, "direction": direction, "closed_on": closed_on, "now": FIRST})
        connection.execute(text(_PAYMENT), {"now": FIRST})
        for row in (
            {"key": "A1", "payment": "P", "credit": None, "day": date(2026, 2, 5), "amount": 30, "first": FIRST},
            {
                "key": "A2",
                "payment": None,
                "credit": "credit",
                "day": date(2026, 2, 9),
                "amount": 25,
                "first": FIRST,
                "last": SECOND,
            },
            {"key": "A2", "payment": None, "credit": "credit", "day": date(2026, 2, 9), "amount": 20, "first": SECOND},
        ):
            connection.execute(text(_ALLOCATION), {"last": None, **row})
    return database


def _asked(connection: Connection, key: str, as_of: date, known_at: datetime, side: Side | None = None) -> object:
    table = "payment" if key == "P" else "open_item"
    query = text(f"select o.* from {table} r cross join lateral {open_amount('r', side)} o where r.key = :key")
    return tuple(connection.execute(query, {"key": key, "as_of": as_of, "known_at": known_at}).one())


@pytest.mark.parametrize(
    ("key", "as_of", "known_at", "settled", "settled_on", "left"),
    [
        ("debit", date(2026, 2, 4), SECOND, 0, None, 100),
        ("debit", date(2026, 2, 5), SECOND, 30, date(2026, 2, 5), 70),
        ("debit", NEVER, SECOND, 50, date(2026, 2, 9), 50),
        ("debit", NEVER, FIRST, 55, date(2026, 2, 9), 45),
        ("credit", date(2026, 2, 8), SECOND, 0, None, 100),
        ("credit", NEVER, SECOND, 20, date(2026, 2, 9), 80),
        ("credit", NEVER, FIRST, 25, date(2026, 2, 9), 75),
        ("closed", date(2026, 3, 9), SECOND, 0, None, 100),
        ("closed", date(2026, 3, 10), SECOND, 0, None, 0),
        ("P", date(2026, 2, 4), SECOND, 0, None, 50),
        ("P", NEVER, SECOND, 30, date(2026, 2, 5), 20),
    ],
)
def test_it_follows_the_allocations_to_the_day_as_they_were_known(
    books: Engine, key: str, as_of: date, known_at: datetime, settled: int, settled_on: date | None, left: int
) -> None:
    side: Side = "payment" if key == "P" else "credit" if key == "credit" else "debit"
    expected = (Decimal(settled), settled_on, Decimal(left))
    with books.connect() as connection:
        assert _asked(connection, key, as_of, known_at, side) == expected
        if key != "P":
            assert _asked(connection, key, as_of, known_at) == expected


def test_it_becomes_part_of_the_query_that_asks(books: Engine) -> None:
    for side in ("debit", None):
        query = f"select o.open from open_item i cross join lateral {open_amount('i', side)} o"
        with books.connect() as connection:
            rows = connection.execute(text(f"explain {query}"), {"as_of": NEVER, "known_at": SECOND}).scalars()
            plan = "\n".join(rows)
        assert "Function Scan" not in plan
        assert "allocation" in plan
