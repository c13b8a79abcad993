"""A customer who is everywhere, and a search of everything that is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from archive.erasure.erasure import Erasure
from tests.adapters.database.documents.document_issuer import model
from tests.adapters.installation import DAY, ITEMS, SOURCE, Installation

NAME, EMAIL = "Kanarkowska-Żółw", "kanarek.zolw@poczta.example"
TAX_ID, ADDRESS, PHONE = "7740001454", "ul. Kanarkowa 77, 00-999 Ptaszkowo", "+48 600 700 881"
OLD_NAME, TEXT = "Dawna Kanarzyca", "Usługa ptasznicza nr 5512"
CANARIES = (NAME, EMAIL, TAX_ID, ADDRESS, PHONE, OLD_NAME, TEXT)
#: The payment of 2026 leaves no term of keeping standing on this day.
LATER = datetime(2034, 3, 2, 9, tzinfo=UTC)
_PAID = {
    "payments": [{"key": "P1", "paid": "2026-03-20", "amount": "500.00", "pays": {"I1": "300.00", "I2": "200.00"}}]
}


def lived_through(house: Installation, *, other: bool = True) -> Installation:
    """A is reminded, invoiced and pays; his name changed once. B stays. The clock stands at `LATER`."""
    house.sync(
        DAY,
        {
            **ITEMS,
            "customers": [
                {"key": "A", "language": "pl", "name": OLD_NAME, "email": EMAIL},
                *([{"key": "B", "language": "pl", "name": "Bartnik Nietykalny"}] if other else []),
            ],
            "services": [{"key": "S1", "name": TEXT}],
        },
    )
    house.sync(DAY, {"customers": [{"key": "A", "name": NAME}]})
    house.write(
        "update customer set tax_id = :tax_id, address = :address, phone = :phone where key = 'A'",
        tax_id=TAX_ID,
        address=ADDRESS,
        phone=PHONE,
    )
    house.run(DAY)
    house.deliver(DAY)
    buyer = {"name": NAME, "address": ADDRESS, "tax_id": TAX_ID}
    lines = [{"description": TEXT, "quantity": 1, "price": "100.00", "rate": 23}]
    invoice = model(buyer=buyer, lines=lines, issue_date="2026-03-12", payment={"due_date": "2026-03-26"})
    house.system.issuance.documents.issue(
        "vat_invoice", SOURCE, "A", invoice, language="pl", at=house.clock.now, today=DAY, actor="anna"
    )
    house.day(date(2026, 3, 20), _PAID)
    house.system.records.archive.integrate()
    house.clock.now = LATER
    return house


def erase(house: Installation, customer: str = "A", **changes: Any) -> Erasure:
    """Ask for the erasure of a customer, at the clock of the house."""
    given = {"by": "Iwona", "reason": "request of 2034-03-01", "at": house.clock.now, "today": house.system.today()}
    return house.system.records.erasures.erase(SOURCE, customer, **{**given, **changes})


def stored(engine: Engine) -> Iterator[tuple[str, bytes]]:
    """Every row of every table, as a dump writes it, and every stretch of bytes as it is."""
    with engine.connect() as connection:
        names = (
            connection.execute(
                text(
                    "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace "
                    "= 'public'::regnamespace"
                )
            )
            .scalars()
            .all()
        )
        for name in names:
            for row in connection.execute(text(f"select t::text as whole, t.* from {name} t")).mappings():
                yield name, row["whole"].encode()
                yield from ((name, value) for value in row.values() if isinstance(value, bytes))


def found(data: bytes, canaries: tuple[str, ...] = CANARIES) -> list[str]:
    """The canaries in some bytes: as text, as hexadecimal, and as JSON escapes it."""
    forms = {one: (one.encode(), one.encode().hex().encode(), ascii(one)[1:-1].encode()) for one in canaries}
    return [one for one, ways in forms.items() if any(way in data for way in ways)]


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder."""
    return ((str(path), path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file())
