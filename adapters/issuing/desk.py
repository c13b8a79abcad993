"""What a document is filled from, and what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from adapters.companies.company import Company
from adapters.database.documents.buyers import Buyer
from engine.law.law import Law
from engine.ports import RateTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The sources of a filling. `connection`: the transaction in which the document is issued; `law`: the law of a
    jurisdiction ('pl'), raises NotFound."""

    connection: Connection
    rates: RateTable
    law: Callable[[str], Law]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A document somebody asks for. `given`: what the person wrote, which stays as it is; `as_of`: the business day
    of `at`; `customer`: the key; `buyer`: the customer's particulars out of the books."""

    kind: str
    source: str
    customer: str
    company: Company
    buyer: Buyer
    given: Mapping[str, Any]
    as_of: date
    at: datetime


def day_of(value: object) -> date | None:
    """A day of YAML, or the text of one as JSON has it; None for anything else."""
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None


def letter(request: Request) -> dict[str, Any]:
    """What every letter has: who writes, to whom, on which day."""
    printed = {name: request.buyer.printed[name] for name in ("key", "name", "address", "tax_id")}
    return {"sender": dict(request.company.sender), "customer": printed, "as_of": request.as_of, **request.given}
