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

from adapters.database.tables import FACT_TABLES
from adapters.finance.contract import FIELDS, REFERENCES
from engine.facts.catalogue import CLAIM_KINDS, CUSTOMER_KINDS, DOCUMENT_KINDS, HOLD_REASONS, SECTORS
from engine.money import EXPONENTS, exponent

#: Key prefix of what a sync itself adds (settlements.py).
RESERVED: Final = "settlement:"
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
        Check("due_date", "s.due_date < s.issue_date", "due before issue"),
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

#: Found first and inserted then: a statement that reads the table it fills wades through its own new rows.
_FOUND: Final = """
insert into stage_found
select '{table}', s.key, o.file, s.line, {column}, {value}, {reason}
from stage_{table} s join stage_origin o on o.number = s.origin {joins}
where {where}
"""
_LABEL: Final = "coalesce((select l.label from stage_label l where l.number = s.origin and l.field = {field}), {field})"


def check(connection: Connection, source: str, today: date, ledger_currency: str) -> None:
    """Move every row that is wrong from its staging table to stage_reject, table by table in reference order.

    A row that refers to a rejected row is rejected too, unless a good version of that fact is kept from before.
    Tables without a row, and lines while nothing is rejected, are passed over.
    """
    tables = [fact.name for fact in FACT_TABLES]
    filled = _filled(connection, tables)
    rejected = bool(connection.scalar(text("select exists (select from stage_reject)")))
    for table in tables:
        if table in filled:
            if rejected:
                _reject_lines(connection, table)
            found = [_reject_values(connection, table, today, ledger_currency), _reject_duplicates(connection, table)]
            found += [_reject_dangling(connection, table, *one) for one in REFERENCES.get(table, {}).items()]
            rejected = rejected or any(found)
        if rejected:
            _keep(connection, source, table)


def _filled(connection: Connection, tables: Sequence[str]) -> set[str]:
    """The tables that the reading has a row of."""
    asked = " union all ".join(f"select '{table}' where exists (select from stage_{table})" for table in tables)
    return set(connection.execute(text(asked)).scalars())


def _reject(connection: Connection, table: str, **parts: str) -> bool:
    """Move the rows that one check finds; whether there were any."""
    found = connection.execute(text(_FOUND.format(table=table, **parts)))
    if not found.rowcount:
        return False
    connection.execute(text("insert into stage_reject select * from stage_found"))
    connection.execute(text("truncate stage_found"))
    # a source can be wrong as a whole, and a plan made for a handful of rejected rows then takes hours
    connection.execute(text("analyze stage_reject"))
    connection.execute(
        text(
            f"with gone as (delete from stage_{table} s using stage_origin o, stage_reject r "
            f"where o.number = s.origin and r.tab = '{table}' and r.file = o.file and r.line = s.line "
            f"and (not o.is_distinct or r.key is not distinct from s.key) returning o.file, s.*) {_named(table)}"
        )
    )
    return True


def _named(table: str) -> str:
    """SQL that notes what the rejected rows in `gone` deliver and refer to."""
    debit = "direction is not distinct from 'debit'" if table == "open_item" else "false"
    names = [
        f"('{table}', key, true)",
        *(f"('{at}', {field}, false)" for field, at in REFERENCES.get(table, {}).items()),
    ]
    return (
        "insert into stage_named select distinct file, line, n.tab, n.key, n.own, n.own and "
        f"{debit} from gone cross join lateral (values {', '.join(names)}) n (tab, key, own) where n.key is not null"
    )


def _reject_lines(connection: Connection, table: str) -> None:
    """A line is imported whole or not at all; only what many lines share (distinct) does not hang on one of them."""
    where = (
        "not o.is_distinct and exists (select from stage_reject r "
        "where r.file = o.file and r.line = s.line and r.reason is not null)"
    )
    _reject(connection, table, column="null::text", value="null::text", reason="null::text", joins="", where=where)


def _reject_values(connection: Connection, table: str, today: date, ledger_currency: str) -> bool:
    checks = [*_field_checks(table, today, ledger_currency), *_TABLE_CHECKS.get(table, ())]
    values = ", ".join(f"('{one.field}', s.{one.field}::text, {_quoted(one.reason)}, {one.wrong})" for one in checks)
    return _reject(
        connection,
        table,
        column=_LABEL.format(field="v.field"),
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
    found = _reject(
        connection,
        table,
        column=_LABEL.format(field="'key'"),
        value="left(s.key, 200)",
        reason="'duplicate key, first in ' || a.first_file || ' line ' || a.first_line",
        joins="join stage_again a on a.place = s.ctid",
        where="true",
    )
    connection.execute(text("drop table stage_again"))
    return found


def _reject_dangling(connection: Connection, table: str, field: str, parent: str) -> bool:
    what = parent.replace("_", " ")
    reason = (
        f"case when exists (select from stage_reject r where r.tab = '{parent}' and r.key = s.{field}) "
        f"then 'refers to {what} ''' || s.{field} || ''', whose row is quarantined' "
        f"else 'refers to unknown {what} ''' || s.{field} || '''' end"
    )
    where = (
        f"s.{field} is not null and not exists (select from stage_{parent} p where p.key = s.{field}) "
        f"and not exists (select from stage_kept k where k.tab = '{parent}' and k.key = s.{field})"
    )
    return _reject(
        connection,
        table,
        column=_LABEL.format(field=f"'{field}'"),
        value=f"left(s.{field}, 200)",
        reason=reason,
        joins="",
        where=where,
    )


def _keep(connection: Connection, source: str, table: str) -> None:
    """Note the current facts whose row is rejected; all that are missing when the key of a rejected row is unknown."""
    open_only = "and t.closed_on is null" if table == "open_item" else ""
    synthetic = f"and not starts_with(t.key, '{RESERVED}')" if table == "allocation" else ""
    connection.execute(
        text(
            f"insert into stage_kept select '{table}', t.key from {table} t "
            f"where t.source = :source and t.recorded_to is null {open_only} {synthetic} "
            f"and (exists (select from stage_reject r where r.tab = '{table}' and r.key is null) "
            f"or t.key in (select r.key from stage_reject r where r.tab = '{table}' and r.key is not null)) "
            f"and not exists (select from stage_{table} s where s.key = t.key)"
        ),
        {"source": source},
    )
    connection.execute(text("analyze stage_kept"))


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
