"""What a second run of a day decides: all customers, or those with rows written since the first run.

A decision follows from the customer's own rows and from the run's inputs (run_inputs). With the same inputs a
customer with the rows that the earlier run saw would be decided the same again, and that is not written twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, text

from adapters.runs.run_inputs import RunInputs

#: Transactions are told apart in 32 bits; beyond half of that it is not known which of two is the older one.
_FAR: Final = 2**31
#: `seen`: the transactions that had ended by now. What they wrote is seen by every later reading.
_NOW: Final = text("""
select pg_current_snapshot()::text as seen, system_identifier::text as cluster,
       (select synced_at from source where key = :source) as synced_at
from pg_control_system()
""")
_EARLIER: Final = text("""
select id, seen, known_at, versions, policy, premises from run
where source = :source and as_of = :as_of and status = 'done' order by id desc limit 1
""")

#: 'The row was written, or ended, by a transaction that the earlier run may not have seen.' An update writes a new row.
#: `oldest`: of those under way when it began, whole and in 32 bits; the first comparison is the cheap one.
_FRESH: Final = """t.source = :source and age(t.xmin) <= age(cast(:oldest as xid)) and not pg_visible_in_snapshot(
    cast(cast(cast(:whole as bigint) + age(cast(:oldest as xid)) - age(t.xmin) as text) as xid8),
    cast(:seen as pg_snapshot))"""
#: Rows of which snapshots are made, by the customers that they speak of (snapshot_rows). What the run
#: itself decided and no other unit has touched since only keeps the same from being decided again: it changes nothing.
_TOUCHED: Final = text(f"""
with settled as (
    select t.source, t.item_key, t.credit_item_key, t.payment_key from allocation t where {_FRESH}
), papers as (
    select t.source, t.key, t.customer_key from document t where {_FRESH}
), touched (key) as (
    select t.key from customer t where {_FRESH}
    union select customer_key from papers
    union select i.customer_key from papers p join open_item i on i.source = p.source and i.document_key = p.key
    union select t.customer_key from open_item t where {_FRESH}
    union select t.customer_key from payment t where {_FRESH}
    union select t.customer_key from hold t where {_FRESH}
    union select t.customer_key from service t where {_FRESH}
    union select t.customer_key from bounce t where {_FRESH}
    union select t.customer_key from doubt t where {_FRESH}
    union select c.key from customer c where c.source = :source and exists (
        select from doubt t where {_FRESH} and t.customer_key is null)
    union select i.customer_key from settled s
        join open_item i on i.source = s.source and i.key = s.item_key and i.recorded_to is null
    union select i.customer_key from settled s
        join open_item i on i.source = s.source and i.key = s.credit_item_key and i.recorded_to is null
    union select p.customer_key from settled s
        join payment p on p.source = s.source and p.key = s.payment_key and p.recorded_to is null
    union select t.customer_key from service_state t where {_FRESH}
    union select t.customer_key from issued_document t where t.source = :source and t.issued_at > :known_at
    union select t.customer_key from issued_document t where {_FRESH}
    union select t.customer_key from action t join decision d on d.key = t.decision_key
        where {_FRESH} and (d.run_id <> :run or d.xmin <> t.xmin)
)
select c.key from customer c join touched on touched.key = c.key
where c.source = :source and c.recorded_to is null order by c.key
""")


@dataclass(frozen=True, slots=True)
class Scope:
    """The customers that a run decides. `seen` and `run_inputs` are kept with the run for those after it; None: no run
    may build on it. `base`: the run it adds to, and `keys` the customers with rows written since; None: all."""

    seen: str | None
    run_inputs: Mapping[str, Any] | None
    base: int | None = None
    keys: tuple[str, ...] | None = None

    @property
    def told(self) -> dict[str, object]:
        """What the archive says of it."""
        if self.base is None or self.keys is None:
            return {"scope": "all"}
        return {"scope": "changed", "since_run": self.base, "customers": len(self.keys)}


ALL_CUSTOMERS: Final = Scope(None, None)


def find_scope(
    connection: Connection, source: str, as_of: date, now: datetime, run_inputs: RunInputs, *, full: bool
) -> Scope:
    """The scope of a run that begins now. `full`: all customers in any case.

    Call it in the transaction that begins the run, before anything of it is written. When in doubt it is all customers.
    """
    here = connection.execute(_NOW, {"source": source}).one()
    if here.synced_at is None or here.synced_at > now:
        return ALL_CUSTOMERS  # clocks disagree: facts may come to be believed by the mere passing of time
    kept = _kept(connection, source, as_of, now, run_inputs, here.cluster)
    whole = Scope(here.seen, kept)
    if full:
        return whole
    earlier = connection.execute(_EARLIER, {"source": source, "as_of": as_of}).one_or_none()
    if earlier is None or not _stands(earlier, whole, run_inputs, as_of, now):
        return whole
    oldest = _oldest(earlier.seen)
    values = {
        "source": source,
        "seen": earlier.seen,
        "whole": oldest,
        "oldest": str(oldest % 2**32),
        "run": earlier.id,
        "known_at": earlier.known_at,
    }
    keys = connection.execute(_TOUCHED, values).scalars().all()
    return Scope(here.seen, kept | {"rates": earlier.premises["rates"]}, earlier.id, tuple(keys))


def _oldest(snapshot: str) -> int:
    """The oldest transaction that was under way."""
    return int(snapshot.partition(":")[0])


def _kept(
    connection: Connection, source: str, as_of: date, now: datetime, run_inputs: RunInputs, cluster: str
) -> dict[str, Any]:
    age, since = run_inputs.ages.of(connection, source, as_of, now)
    return {**run_inputs.fixed, "cluster": cluster, "days_since_last_run": since, "age": age}


def _same(before: Mapping[str, Any], present: Mapping[str, Any]) -> bool:
    return all(before.get(name) == value for name, value in present.items() if name != "age")


def _stands(earlier: Row[Any], present: Scope, run_inputs: RunInputs, as_of: date, now: datetime) -> bool:
    """Whether nothing but rows of customers can have changed since an earlier run."""
    before, kept = earlier.premises, present.run_inputs
    if before is None or kept is None or earlier.seen is None or present.seen is None:
        return False
    return (
        _same(before, kept)
        and 0 <= _oldest(present.seen) - _oldest(earlier.seen) < _FAR
        and earlier.known_at <= now
        and earlier.versions == run_inputs.versions
        and run_inputs.blind_to((before["age"], kept["age"]))
        and run_inputs.rates_stand(before["rates"], as_of)
    )


def goes_on_as_begun(
    connection: Connection, begun: Row[Any], source: str, as_of: date, run_inputs: RunInputs | None
) -> bool:
    """Whether an unfinished run (its columns known_at, versions, premises) goes on under what it began with."""
    if begun.premises is None or run_inputs is None or begun.versions != run_inputs.versions:
        return False
    kept = _kept(connection, source, as_of, begun.known_at, run_inputs, begun.premises["cluster"])
    return _same(begun.premises, kept)


def rates_used(begun: Mapping[str, Any], batches: Iterable[Mapping[str, str | None]]) -> dict[str, str | None] | None:
    """The factors of a run and of those it adds to; None when two batches converted by different ones."""
    used: dict[str, str | None] = dict(begun.get("rates", {}))
    for rates in batches:
        if any(used.setdefault(pair, value) != value for pair, value in rates.items()):
            return None
    return used
