"""An order is carried out once for a key, whichever way it came, and signed at once where that is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from adapters.database.access.idempotency import Idempotency
from app.usecases.documents.issue import IssuePorts, issue_document
from documents.register.order import IssueOrder
from engine.errors import InvalidInput

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Document:
    """An issued document."""

    def __init__(self, number: int, told: Mapping[str, Any]) -> None:
        self.id = number
        self._told = told

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, **self._told}


class Register:
    """Issues into a list, and reads out of it."""

    def __init__(self) -> None:
        self.issued: list[Document] = []

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
        connection: object,
    ) -> Document:
        assert (at, today) == (NOW, NOW.date())
        told = {"kind": kind, "owner": f"{source}:{customer}", "by": actor, "language": language, "series": series}
        self.issued.append(Document(len(self.issued) + 1, told))
        return self.issued[-1]

    def get(self, document_id: int, *, today: date, connection: object) -> Document:
        assert today == NOW.date()
        return self.issued[document_id - 1]


class Directory:
    """Every key is of one source."""

    def sources_of(self, key: str) -> Sequence[str]:
        return ["pl"]


class Integrator:
    """Counts how often it signed."""

    def __init__(self) -> None:
        self.times = 0

    def integrate(self) -> int:
        self.times += 1
        return 1


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def ports(register: Register, database: Engine) -> IssuePorts:
    return IssuePorts(Directory(), register, register, Idempotency(database))


def order(day: object = "2026-03-01", **changes: Any) -> IssueOrder:
    return IssueOrder(**{"kind": "vat_invoice", "customer": "C1", "model": {"sale_date": day, "lines": []}, **changes})


def issue(ports: IssuePorts, wanted: IssueOrder, key: str | None = None, actor: str = "anna") -> Mapping[str, Any]:
    return issue_document(ports, wanted, actor=actor, at=NOW, today=NOW.date(), key=key)


def test_a_document_is_told_as_the_register_has_it(ports: IssuePorts) -> None:
    assert issue(ports, order(language="en")) == {
        "id": 1,
        "kind": "vat_invoice",
        "owner": "pl:C1",
        "by": "anna",
        "language": "en",
        "series": "main",
    }


def test_the_same_order_with_the_same_key_is_one_document_also_when_it_was_written_down_otherwise(
    ports: IssuePorts, register: Register
) -> None:
    first = issue(ports, order(), key="k1")
    assert issue(ports, order(day=date(2026, 3, 1)), key="k1") == first
    assert issue(ports, order(model={"lines": [], "sale_date": "2026-03-01"}), key="k1") == first
    assert len(register.issued) == 1
    issue(ports, order(), key="k1", actor="jan")
    issue(ports, order())
    assert len(register.issued) == 3


def test_another_order_with_the_same_key_and_what_is_no_key_are_refused(ports: IssuePorts, register: Register) -> None:
    issue(ports, order(), key="k1")
    for wanted, key in ((order(series="wwa"), "k1"), (order(), ""), (order(), "a b"), (order(), "k" * 256)):
        with pytest.raises(InvalidInput) as refused:
            issue(ports, wanted, key=key)
        assert refused.value.field == "Idempotency-Key"
    assert len(register.issued) == 1


def test_it_is_signed_at_once_where_an_integrator_is_given(ports: IssuePorts) -> None:
    integrator = Integrator()
    issue_document(ports, order(), actor="anna", at=NOW, today=NOW.date(), key="k1", integrator=integrator)
    assert integrator.times == 1
