"""Desired state of services: suspended or active, with a version that fences late and doubled effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

_CHANGE = text("""
insert into service_state (source, customer_key, service_key, desired, version, decided_by, decided_on)
select s.source, s.customer_key, s.key, :desired, 1, :decided_by, :decided_on
from service s
where s.source = :source and s.customer_key = :customer and s.recorded_to is null
  and (:every or s.key = any(:services))
on conflict (source, customer_key, service_key) do update
set desired = excluded.desired, version = service_state.version + 1, decided_by = excluded.decided_by,
    decided_on = excluded.decided_on
where service_state.desired <> excluded.desired
""")


def set_services(
    connection: Connection,
    source: str,
    customer: str,
    desired: str,
    services: str | Sequence[str],
    *,
    by: str,
    on: date,
) -> None:
    """Write the desired state ('suspended' or 'active') of a customer's services; 'all' means every one.

    `by`: the decision that asks for it, `on`: its day. Services already so keep their version.
    """
    names = [services] if isinstance(services, str) else list(services)
    connection.execute(
        _CHANGE,
        {
            "source": source,
            "customer": customer,
            "desired": desired,
            "every": names == ["all"],
            "services": names,
            "decided_by": by,
            "decided_on": on,
        },
    )


_WITHDRAW = text("""
update service_state set desired = case desired when 'active' then 'suspended' else 'active' end,
    version = version + 1, decided_on = :on,
    -- what the CRM had before the decision is what it has
    confirmed_version = case when confirmed_version = version - 1 then version + 1 else confirmed_version end
where source = :source and customer_key = :customer and decided_by = :by and desired = :desired
  and (desired = 'suspended' or version > 1)  -- one that the decision found new and active was never suspended
  -- in silence only where the CRM is known to have it as it was before
  and (:sure or confirmed_version = version - 1
       or not exists (select 1 from action where decision_key = :by and channel = 'webhook'))
  and (:sure or not exists (
    select 1 from action where decision_key = :by
      and (state in ('sending', 'done', 'unknown') or (channel = 'webhook' and offered))
  ))
""")
_STANDS = text("""
select 1 from service_state where source = :source and customer_key = :customer and decided_by = :by
  and desired = :desired and (desired = 'suspended' or version > 1) limit 1
""")


def withdraw_services(
    connection: Connection, source: str, customer: str, desired: str, *, by: str, on: date, sure: bool = False
) -> bool:
    """Undo the desired state of a decision whose reason is gone before it took effect.

    Once the outside was told of it, or may have been, it stands, and False is returned: the next run may decide the
    contrary, or a person looks. `sure`: it was looked up, and it was not acted on.
    """
    values = {"source": source, "customer": customer, "desired": desired, "by": by, "on": on, "sure": sure}
    connection.execute(_WITHDRAW, values)
    return connection.execute(_STANDS, values).first() is None


def suspension_in_doubt(connection: Connection, source: str, customer: str, *, by: str) -> bool:
    """Whether it is unknown if the CRM ever carried out the suspension that the resumption `by` ends."""
    found = connection.execute(
        text(
            "select 1 from service_state where source = :source and customer_key = :customer and decided_by = :by "
            "and desired = 'active' and version > 1 and confirmed_version <> version - 1 limit 1"
        ),
        {"source": source, "customer": customer, "by": by},
    )
    return found.first() is not None


def confirm_services(connection: Connection, source: str, customer: str, *, by: str) -> None:
    """The CRM took the desired state that a decision wrote."""
    connection.execute(
        text(
            "update service_state set confirmed_version = version "
            "where source = :source and customer_key = :customer and decided_by = :by"
        ),
        {"source": source, "customer": customer, "by": by},
    )


@dataclass(frozen=True, slots=True)
class WantedService:
    """A service in the state that a decision wants; `version` counts the changes of its state."""

    key: str
    name: str
    desired: str
    version: int


def wanted_services(connection: Connection, source: str, customer: str, *, by: str) -> list[WantedService]:
    """The services whose newest state the decision `by` wrote, by key."""
    rows = connection.execute(
        text(
            "select t.service_key as key, coalesce(s.name, t.service_key) as name, t.desired, t.version "
            "from service_state t left join service s "
            "on s.source = t.source and s.key = t.service_key and s.recorded_to is null "
            "where t.source = :source and t.customer_key = :customer and t.decided_by = :by order by t.service_key"
        ),
        {"source": source, "customer": customer, "by": by},
    )
    return [WantedService(**row) for row in rows.mappings()]
