"""Issuing a document to a customer: by a person at the command line and over the API alike, once for a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from app.usecases.customers import Directory, source_of
from app.usecases.entry_log import Integrator
from documents.register.order import IssueOrder
from engine.ports import Transaction


class Issued(Protocol):
    """A document that was just issued."""

    @property
    def id(self) -> int:
        """Its number in the register."""
        ...


class Issuing(Protocol):
    """Issuing documents from the customer's record."""

    def issue(
        self,
        kind: str,
        source: str,
        customer: str,
        given: Mapping[str, Any],
        *,
        actor: str,
        at: datetime,
        today: date,
        language: str | None,
        series: str,
        connection: Transaction | None,
    ) -> Issued:
        """Issue a kind to a customer, in the caller's transaction if there is one."""
        ...


class Shown(Protocol):
    """A document with its status in the books."""

    def as_json(self) -> dict[str, Any]:
        """Plain data; amounts as decimal text."""
        ...


class Register(Protocol):
    """Issued documents as a list."""

    def get(self, document_id: int, *, today: date, connection: Transaction | None) -> Shown:
        """One document. Raises NotFound."""
        ...


class Idempotency(Protocol):
    """Requests that have their effect once."""

    def once(
        self, owner: str, key: str, asked: object, effect: Callable[[Transaction], Mapping[str, Any]], *, now: datetime
    ) -> Mapping[str, Any]:
        """The answer of `effect`, called at most once for an owner's key, in the transaction that notes it. Raises
        InvalidInput, Conflict."""
        ...


@dataclass(frozen=True, slots=True)
class IssuePorts:
    """What issuing needs from outside."""

    directory: Directory
    issuing: Issuing
    register: Register
    idempotency: Idempotency


def issue_document(
    ports: IssuePorts,
    order: IssueOrder,
    *,
    actor: str,
    at: datetime,
    today: date,
    key: str | None,
    integrator: Integrator | None = None,
) -> Mapping[str, Any]:
    """Issue a document and tell its status in the books; with a key of the actor's, once for the same order.

    `today`: the business day of `at`; `integrator`: signs at once, where no worker does. Raises NotFound,
    AmbiguousCustomer, InvalidInput naming the field of the model, IssueRefused naming the rule, RateMissing; nothing is
    numbered then. Conflict while the same order is under way.
    """

    source = source_of(ports.directory, order.customer, order.source)

    def effect(connection: Transaction | None) -> Mapping[str, Any]:
        issued = ports.issuing.issue(
            order.kind,
            source,
            order.customer,
            order.model,
            actor=actor,
            at=at,
            today=today,
            language=order.language,
            series=order.series,
            connection=connection,
        )
        return ports.register.get(issued.id, today=today, connection=connection).as_json()

    asked = {"issue": order.as_json()}
    issued = effect(None) if key is None else ports.idempotency.once(actor, key, asked, effect, now=at)
    if integrator is not None:
        integrator.integrate()
    return issued
