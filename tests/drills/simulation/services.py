"""The table service_state in memory, one service for each customer, with the rules of adapters.outbox.services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from engine.execution.memory import Row


@dataclass(frozen=True, slots=True)
class Service:
    """Desired state of a customer's service, the decision that wrote it, and the version that fences it."""

    desired: str
    version: int
    decided_by: str
    confirmed: int = 0

    @property
    def known(self) -> bool:
        """Whether the CRM is known to have had the state before."""
        return self.confirmed == self.version - 1


@dataclass(slots=True)
class Services:
    """By customer; one that nobody ever decided about runs."""

    kept: dict[str, Service] = field(default_factory=dict)

    def desired(self, customer: str) -> str:
        """What the customer's service should be."""
        return self.kept[customer].desired if customer in self.kept else "active"

    def set(self, customer: str, desired: str, by: str) -> None:
        """Write the desired state; one that is so already keeps its version."""
        old = self.kept.get(customer)
        if old is None or old.desired != desired:
            self.kept[customer] = (
                Service(desired, old.version + 1, by, old.confirmed) if old else Service(desired, 1, by)
            )

    def wanted(self, customer: str, by: str, desired: str) -> Service | None:
        """The service, if its newest state is what a decision wrote."""
        kept = self.kept.get(customer)
        return kept if kept and (kept.decided_by, kept.desired) == (by, desired) else None

    def withdraw(self, customer: str, by: str, desired: str, rows: Sequence[Row], *, sure: bool = False) -> None:
        """Undo what a decision wrote, unless somebody was told of it or may have been. `rows`: its actions."""
        if self.stands(customer, by, desired) and (sure or not self._stays(customer, rows)):
            kept = self.kept[customer]
            self.kept[customer] = Service(
                "active" if desired == "suspended" else "suspended",
                kept.version + 1,
                by,
                kept.version + 1 if kept.known else kept.confirmed,
            )

    def _stays(self, customer: str, rows: Sequence[Row]) -> bool:
        by_webhook = any(row.action.channel == "webhook" for row in rows)
        return told(rows) or (by_webhook and not self.kept[customer].known)

    def undone(self, customer: str, by: str, desired: str, rows: Sequence[Row]) -> bool:
        """Whether a withdrawal leaves nothing of what a decision wrote."""
        return not self.stands(customer, by, desired) or not self._stays(customer, rows)

    def confirm(self, customer: str, by: str) -> None:
        """The CRM took what a decision wrote."""
        kept = self.kept.get(customer)
        if kept and kept.decided_by == by:
            self.kept[customer] = replace(kept, confirmed=kept.version)

    def in_doubt(self, customer: str, by: str) -> bool:
        """Whether nobody knows if the CRM carried out the suspension that a resumption ends."""
        kept = self.wanted(customer, by, "active")
        return kept is not None and kept.version > 1 and not kept.known

    def stands(self, customer: str, by: str, desired: str) -> bool:
        """Whether the service is as a decision made it."""
        kept = self.wanted(customer, by, desired)
        return kept is not None and (desired == "suspended" or kept.version > 1)


def told(rows: Iterable[Row]) -> bool:
    """Whether somebody knows of a decision, or may know, by its actions."""
    return any(
        row.state in {"sending", "done", "unknown"} or (row.action.channel == "webhook" and row.offered) for row in rows
    )
