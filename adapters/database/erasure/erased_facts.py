"""Where a customer's personal data lies outside the archive, and how it is taken away there, in all its versions.

Amounts, days and keys stay: they say nothing about a person who has no name any more. The key of the customer is that
of the finance system; names that are used as keys there stay here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, text

#: What stands where a text was that may not be null.
ERASED: Final = "(erased)"
#: Shorter values, such as 'PL', are in too many texts to be looked for.
_TELLING: Final = 5

_VALUES = text("""
select distinct value from customer c
cross join lateral (
    values (c.name), (c.tax_id), (c.phone), (c.address)
    union select unnest(string_to_array(concat_ws(', ', c.email, c.dunning_email, c.copies), ', '))
) given (value)
where c.source = :source and c.key = :customer and length(value) >= :telling order by value
""")
_WHOSE: Final = "where source = :source and customer_key = :customer"
# The digest makes every later reading differ, so that a customer who is taken in again is written whole.
_CUSTOMER: Final = f"""
update customer set name = '{ERASED}', tax_id = null, email = null, dunning_email = null, copies = null, phone = null,
    address = null, segment = null, account_manager = null, dunning_allowed = false, digest = 'erased'
where source = :source and key = :customer
"""
_KSEF: Final = """
update ksef_sending sending set reason = null, field = null from issued_document document
where document.id = sending.document_id and document.source = :source and document.customer_key = :customer
"""
_STATEMENTS: Final = tuple(
    text(statement)
    for statement in (
        _CUSTOMER,
        f"update service set name = '{ERASED}', digest = 'erased' {_WHOSE}",
        f"update hold set author = null {_WHOSE}",
        f"update document set pdf = null {_WHOSE} and pdf is not null",
        f"update action set outcome = '{ERASED}' {_WHOSE} and outcome is not null",
        _KSEF,
        # The customer of a quarantined row may not be known; the next sync finds again what is still wrong.
        "delete from quarantine where source = :source",
        f"delete from finding {_WHOSE}",
        f"delete from bounce {_WHOSE}",
        # Doubts stay, or they would hold nobody back until then.
        "update doubt set value = '' where source = :source and (customer_key = :customer or customer_key is null)",
        "update source set fingerprint = null where key = :source",
    )
)
#: Texts of the machine that may quote a person: (table, column, whether it may be null).
_QUOTING: Final = (("target_rest", "reason"), ("run", "failure"), ("occurrence", "outcome"), ("erasure", "reason"))
_ANY: Final = "exists (select from unnest(cast(:values as text[])) told where strpos(lower({}), lower(told)) > 0)"


def personal_values(connection: Connection, source: str, customer: str) -> list[str]:
    """Names, tax ids, addresses, e-mails and phones that the mirror ever had of a customer."""
    named = {"source": source, "customer": customer, "telling": _TELLING}
    return list(connection.execute(_VALUES, named).scalars())


def erase_facts(connection: Connection, source: str, customer: str, values: Sequence[str]) -> None:
    """Take a customer's personal data out of every table but those of the archive. `values`: `personal_values`."""
    named = {"source": source, "customer": customer}
    for statement in _STATEMENTS:
        connection.execute(statement, named)
    quoted = {"values": list(values)}
    for table, column in _QUOTING:
        connection.execute(text(f"update {table} set {column} = '{ERASED}' where {_ANY.format(column)}"), quoted)
    about = {"values": [*values, f'"{customer}"']}
    connection.execute(text(f"delete from idempotency where {_ANY.format('answer::text')}"), about)


def refuse_erased(connection: Connection, source: str) -> None:
    """Keep a checked reading of the books from bringing erased customers back.

    Their rows go to the quarantine, named by key alone, and what the mirror has of them stays as it is. What the checks
    found wrong in them loses its value.
    """
    for statement in _REFUSALS:
        connection.execute(statement, {"source": source, "reason": REFUSED})


#: Why the row of an erased customer is in the quarantine.
REFUSED: Final = "the customer was erased and is not taken in again; if it is a customer again: monitum archive readmit"
_ERASED: Final = (
    "select customer_key from erasure where source = :source and done_at is not null and readmitted_at is null"
)
_SILENCE: Final = f"""
update stage_reject r set value = '' from stage_reject c where c.tab = 'customer' and c.file = r.file
and c.line = r.line and c.key in ({_ERASED}) and r.value <> ''
"""
_REFUSE: Final = """
insert into stage_reject (tab, key, file, line, col, value, reason)
select '{table}', s.key, o.file, s.line, coalesce((select l.label from stage_label l where l.number = s.origin
    and l.field = '{column}'), '{column}'), s.{column}, :reason
from stage_{table} s join stage_origin o on o.number = s.origin where s.{column} in ({erased})
"""
_KEEP: Final = "insert into stage_kept select '{table}', s.key from stage_{table} s where s.{column} in ({erased})"
_NAME: Final = """
insert into stage_named select o.file, s.line, 'customer', s.{column}, '{table}' = 'customer', false, null
from stage_{table} s join stage_origin o on o.number = s.origin where s.{column} in ({erased})
"""
_DROP: Final = "delete from stage_{table} s where s.{column} in ({erased})"
_REFUSALS: Final = tuple(
    text(statement)
    for statement in (
        _SILENCE,
        *(
            statement.format(table=table, column=column, erased=_ERASED)
            for table, column in (("customer", "key"), ("service", "customer_key"))
            for statement in (_REFUSE, _NAME, _KEEP, _DROP)
        ),
    )
)
