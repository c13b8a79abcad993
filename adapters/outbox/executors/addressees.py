"""Who a message goes to: the customer as the books know it, and the staff responsible for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from adapters.companies.company import Company
from adapters.database.facts.recipients import recipients_of
from adapters.delivery.addresses import kept_addresses
from engine.errors import InvalidInput, NotFound
from engine.facts.recipients import Recipients


@dataclass(frozen=True, slots=True)
class Addressee:
    """A customer's address data, current version."""

    key: str
    name: str
    language: str
    recipients: Recipients
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
                "select key, name, language, address, tax_id, account_manager from customer "
                "where source = :source and key = :key and recorded_to is null"
            ),
            {"source": source, "key": customer},
        )
        .mappings()
        .first()
    )
    if row is None:
        raise NotFound("customer", customer)
    return Addressee(**row, recipients=recipients_of(connection, source, customer))


def reachable(customer: Addressee) -> Recipients:
    """Who gets a message to the customer. Raises InvalidInput when nobody can."""
    recipients = customer.recipients
    if recipients.to:
        return recipients
    if recipients.bounced:
        refused = ", ".join(recipients.bounced)
        raise InvalidInput(f"Customer '{customer.key}' has no e-mail address that works: {refused}.", field="email")
    raise InvalidInput(f"Customer '{customer.key}' has no e-mail address.", field="email")


def staff_addresses(company: Company, who: Sequence[str], customer: Addressee) -> list[str]:
    """E-mail addresses of the staff roles, without repeats. Raises InvalidInput when a role has none."""
    found: list[str] = []
    for role in who:
        own = kept_addresses(customer.account_manager) if role == "account_manager" else ()
        addresses = own or ((company.staff[role],) if role in company.staff else ())
        if not addresses:
            raise InvalidInput(
                f"Nobody is named for '{role}': give the customer an account manager, or company.yaml a staff.{role}.",
                field=f"staff.{role}",
            )
        found += [address for address in addresses if address not in found]
    return found
