"""Who a message goes to: the customer as the books know it, and the staff responsible for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from adapters.companies.company import Company
from engine.errors import InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class Addressee:
    """A customer's address data, current version."""

    key: str
    name: str
    language: str
    email: str | None
    address: str | None
    tax_id: str | None
    account_manager: str | None

    def printed(self) -> Mapping[str, object]:
        """As the message model wants it; address lines are separated by newlines or semicolons in the source."""
        lines = (self.address or "").replace(";", "\n").splitlines()
        return {
            "key": self.key,
            "name": self.name,
            "tax_id": self.tax_id,
            "address": [line.strip() for line in lines if line.strip()],
        }


def addressee(connection: Connection, source: str, customer: str) -> Addressee:
    """The current address data. Raises NotFound."""
    row = (
        connection.execute(
            text(
                "select key, name, language, email, address, tax_id, account_manager from customer "
                "where source = :source and key = :key and recorded_to is null"
            ),
            {"source": source, "key": customer},
        )
        .mappings()
        .first()
    )
    if row is None:
        raise NotFound("customer", customer)
    return Addressee(**row)


def staff_addresses(company: Company, who: Sequence[str], customer: Addressee) -> list[str]:
    """E-mail addresses of the staff roles, without repeats. Raises InvalidInput when a role has none."""
    found: list[str] = []
    for role in who:
        own = customer.account_manager if role == "account_manager" else None
        address = own or company.staff.get(role)
        if address is None:
            raise InvalidInput(
                f"Nobody is named for '{role}': give the customer an account manager, or company.yaml a staff.{role}.",
                field=f"staff.{role}",
            )
        if address not in found:
            found.append(address)
    return found
