"""What must be true of a row before it becomes a fact; the same for every connector, asked in one scan for a table.

Ranges of dates and amounts, codes, signs, missing values, keys that come twice, references to what is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from babel.core import Locale
from babel.numbers import list_currencies
from sqlalchemy import Connection, text

from adapters.database.mirror.rejection import (
    LABEL,
    RESERVED,
    keep,
    reject,
    reject_dangling,
    reject_lines,
    reject_shared,
)
from adapters.database.tables import FACT_TABLES
from adapters.finance.contract import FIELDS, REFERENCES
from engine.facts.catalogue import CLAIM_KINDS, CUSTOMER_KINDS, DOCUMENT_KINDS, HOLD_REASONS, SECTORS
from engine.money import EXPONENTS, exponent

#: Codes of ISO 4217 that are no money: tests, none, metals, funds.
_NO_MONEY: Final = frozenset({"XXX", "XTS", "XAU", "XAG", "XPT", "XPD", "XBA", "XBB", "XBC", "XBD"})
_NO_COUNTRY: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_CHOICES: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("customer", "kind"): CUSTOMER_KINDS,
    ("document", "kind"): DOCUMENT_KINDS,
    ("hold", "reason"): HOLD_REASONS,
    ("open_item", "direction"): ("debit", "credit"),
    ("open_item", "claim"): CLAIM_KINDS,
    ("service", "sector"): SECTORS,
}
_CURRENCY_OF: Final = {"credit_limit": "credit_currency"}


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that makes a row wrong (SQL over alias s), the field to blame and the reason to show."""

    field: str
    wrong: str
    reason: str


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _currencies() -> tuple[str, ...]:
    return tuple(sorted(set(list_currencies()) - _NO_MONEY))


def _countries() -> tuple[str, ...]:
    return tuple(
        sorted(code for code in map(str, Locale("en").territories) if len(code) == 2 and code not in _NO_COUNTRY)
    )


def _digits(currency: str) -> str:
    groups: dict[int, list[str]] = {}
    for code, digits in EXPONENTS.items():
        groups.setdefault(digits, []).append(code)
    cases = " ".join(f"when {currency} in ({_listed(tuple(codes))}) then {n}" for n, codes in groups.items())
    return f"case {cases} else 2 end"


def _field_checks(table: str, today: date, ledger: str) -> Iterator[Check]:
    names = {spec.name for spec in FIELDS[table]}
    last = today.replace(year=today.year + 20, day=min(today.day, 28))
    for spec in FIELDS[table]:
        column = f"s.{spec.name}"
        if not spec.optional:
            yield Check(spec.name, f"{column} is null", "missing")
        if spec.type == "date":
            wrong = f"{column} not between '1990-01-01' and '{last}'"
            yield Check(spec.name, wrong, "date is before 1990 or more than 20 years ahead")
        elif spec.type == "amount":
            currency = _CURRENCY_OF.get(spec.name, "currency")
            digits = _digits(f"s.{currency}") if currency in names else "3"
            digits = str(exponent(ledger)) if spec.name == "ledger_amount" else digits
            yield Check(spec.name, f"abs({column}) >= 1e13", "amount is out of range")
            yield Check(spec.name, f"{column} <> round({column}, {digits})", "more decimals than the currency has")
        elif spec.name in {"currency", "credit_currency"}:
            yield Check(spec.name, f"{column} not in ({_listed(_currencies())})", "unknown currency (ISO 4217)")
        elif spec.name == "country":
            yield Check(spec.name, f"{column} not in ({_listed(_countries())})", "unknown country (ISO 3166-1)")
        choices = _CHOICES.get((table, spec.name))
        if choices:
            yield Check(
                spec.name, f"{column} not in ({_listed(choices)})", f"unknown code; known: {', '.join(choices)}"
            )


_NEGATIVE: Final = "negative amount; the mapping's sign convention must say what it means"
_TABLE_CHECKS: Final[dict[str, tuple[Check, ...]]] = {
    "customer": (
        Check("credit_limit", "s.credit_limit < 0", "negative limit"),
        Check("credit_currency", "s.credit_limit is not null and s.credit_currency is null", "limit without currency"),
        Check("parent_key", "s.parent_key = s.key", "the customer is its own parent"),
    ),
    "open_item": (
        Check("amount", "s.amount < 0", _NEGATIVE),
        Check("ledger_amount", "s.ledger_amount < 0", _NEGATIVE),
        Check("open_amount", "s.open_amount < 0", _NEGATIVE),
        Check("open_amount", "s.open_amount > s.amount", "more open than the amount"),
    ),
    "payment": (Check("amount", "s.amount < 0", _NEGATIVE), Check("ledger_amount", "s.ledger_amount < 0", _NEGATIVE)),
    "allocation": (
        Check("key", f"starts_with(s.key, '{RESERVED}')", f"keys may not begin with '{RESERVED}'"),
        Check("amount", "s.amount < 0", _NEGATIVE),
        Check(
            "payment_key",
            "num_nonnulls(s.payment_key, s.credit_item_key) <> 1",
            "an allocation is of a payment or of a credit item, exactly one",
        ),
        Check("credit_item_key", "s.credit_item_key = s.item_key", "an item cannot settle itself"),
    ),
    "hold": (Check("expires_on", "s.expires_on < s.placed_on", "expires before it is placed"),),
}


def check(connection: Connection, source: str, today: date, ledger_currency: str) -> None:
    """Move every row that is wrong from its staging table to stage_reject, table by table in reference order.

    A row that refers to a rejected row is rejected too, unless a good version of that fact is kept from before; and so
    is everything else that the line of a rejected row delivers. Tables without a row, and lines while nothing is
    rejected, are passed over.
    """
    tables = [fact.name for fact in FACT_TABLES]
    filled = _filled(connection, tables)
    rejected = bool(connection.scalar(text("select exists (select from stage_reject)")))
    for table in tables:
        if table in filled:
            if rejected:
                reject_lines(connection, table)
            found = [_reject_values(connection, table, today, ledger_currency), _reject_duplicates(connection, table)]
            found += [reject_dangling(connection, table, *one) for one in REFERENCES.get(table, {}).items()]
            rejected = rejected or any(found)
        if rejected:
            keep(connection, source, table)
    if rejected:
        _take_lines_whole(connection, source, [table for table in tables if table in filled])


def _take_lines_whole(connection: Connection, source: str, tables: Sequence[str]) -> None:
    """Reject what rejected lines delivered to tables that were checked before, what refers to that, and so on."""
    while True:
        lost = {table for table in tables if reject_lines(connection, table) or reject_shared(connection, table)}
        if not lost:
            return
        for table in tables:
            if table in lost:
                keep(connection, source, table)
            referring = REFERENCES.get(table, {}).items()
            found = [reject_dangling(connection, table, at, parent) for at, parent in referring if parent in lost]
            if any(found):
                lost.add(table)
                keep(connection, source, table)


def _filled(connection: Connection, tables: Sequence[str]) -> set[str]:
    """The tables that the reading has a row of."""
    asked = " union all ".join(f"select '{table}' where exists (select from stage_{table})" for table in tables)
    return set(connection.execute(text(asked)).scalars())


def _reject_values(connection: Connection, table: str, today: date, ledger_currency: str) -> bool:
    checks = [*_field_checks(table, today, ledger_currency), *_TABLE_CHECKS.get(table, ())]
    values = ", ".join(f"('{one.field}', s.{one.field}::text, {_quoted(one.reason)}, {one.wrong})" for one in checks)
    return reject(
        connection,
        table,
        column=LABEL.format(field="v.field"),
        value="coalesce(left(v.value, 200), '')",
        reason="v.reason",
        joins=f"cross join lateral (values {values}) v (field, value, reason, wrong)",
        where=f"({' or '.join(one.wrong for one in checks)}) and v.wrong",
    )


def _reject_duplicates(connection: Connection, table: str) -> bool:
    """The first row of a key counts. In distinct origins later ones are dropped without a word."""
    again = f"select key from stage_{table} group by key having count(*) > 1"
    if not connection.scalar(text(f"select exists ({again})")):
        return False
    connection.execute(
        text(
            "create temp table stage_again on commit drop as "
            "select place, first_line, first_file, is_distinct from (select s.ctid as place, "
            "row_number() over w as position, first_value(s.line) over w as first_line, "
            "first_value(o.file) over w as first_file, o.is_distinct "
            f"from stage_{table} s join stage_origin o on o.number = s.origin "
            f"where s.key in ({again}) "
            "window w as (partition by s.key order by s.origin, s.line)) ranked where position > 1"
        )
    )
    connection.execute(
        text(f"delete from stage_{table} s using stage_again a where a.place = s.ctid and a.is_distinct")
    )
    found = reject(
        connection,
        table,
        column=LABEL.format(field="'key'"),
        value="left(s.key, 200)",
        reason="'duplicate key, first in ' || a.first_file || ' line ' || a.first_line",
        joins="join stage_again a on a.place = s.ctid",
        where="true",
    )
    connection.execute(text("drop table stage_again"))
    return found


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
