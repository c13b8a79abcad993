"""Invented books of any size: the same seed and size give the same files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

#: The day the figures are taken on: a Tuesday, no holiday.
DAY: Final = date(2026, 11, 24)
SOURCE: Final = "bench"
ITEMS_PER_CUSTOMER: Final = 10

_TABLES: Final = {
    "customer": "key name kind segment language country email credit_limit",
    "document": "key customer_key kind number issue_date currency gross net",
    "open_item": "key document_key customer_key issue_date due_date currency amount",
    "payment": "key customer_key paid_on currency amount",
    "allocation": "key item_key payment_key allocated_on amount",
    "hold": "key customer_key item_key reason placed_on expires_on",
    "service": "key customer_key name",
}
_KINDS: Final = ("business", "business", "business", "sole_trader", "public")


@dataclass(frozen=True, slots=True)
class Shape:
    """What books to invent. `due`: per cent of customers who are late with something or soon due, so that the rules ask
    for a step; all items of the others are due in more than a week. 100 is the worst case."""

    items: int
    due: int = 25
    seed: int = 1

    @property
    def customers(self) -> int:
        """One for every ten items, at least one."""
        return max(1, self.items // ITEMS_PER_CUSTOMER)


def write(folder: Path, shape: Shape) -> None:
    """Write mapping.yaml, company.yaml and the CSV files into a folder that is made for them."""
    folder.mkdir(parents=True)
    (folder / "mapping.yaml").write_text(_mapping(), "utf-8")
    (folder / "company.yaml").write_text(_COMPANY, "utf-8")
    files = {table: (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") for table in _TABLES}
    try:
        for table, columns in _TABLES.items():
            files[table].write(columns.replace(" ", ",") + "\n")
        for table, line in _lines(shape):
            files[table].write(line)
    finally:
        for file in files.values():
            file.close()


def pay(folder: Path, shape: Shape, share: int) -> int:
    """Let one in `share` customers pay one hundredth of his first item today; how many did."""
    payers = range(0, shape.customers, share)
    with (folder / "payment.csv").open("a", encoding="utf-8") as payments:
        payments.writelines(f"P{number}/today,{key(number)},{DAY},PLN,0.01\n" for number in payers)
    with (folder / "allocation.csv").open("a", encoding="utf-8") as allocations:
        allocations.writelines(f"A{number}/today,{number}/0,P{number}/today,{DAY},0.01\n" for number in payers)
    return len(payers)


def key(number: int) -> str:
    """Key of a customer."""
    return f"C{number:07}"


def _lines(shape: Shape) -> Iterator[tuple[str, str]]:
    random = Random(shape.seed)  # noqa: S311  the same books every time, no secret
    left = shape.items
    for number in range(shape.customers):
        yield from _customer(random, number)
        late = random.random() * 100 < shape.due
        count = left if number == shape.customers - 1 else ITEMS_PER_CUSTOMER
        left -= count
        for item in range(count):
            yield from _item(random, number, item, late=late)


def _customer(random: Random, number: int) -> Iterator[tuple[str, str]]:
    code = key(number)
    limit = random.choice(("", "50000.00", "200000.00"))
    yield (
        "customer",
        (
            f"{code},Klient {number} sp. z o.o.,{random.choice(_KINDS)},{random.choice('ABC')},pl,PL,"
            f"c{number}@klient.example,{limit}\n"
        ),
    )
    if random.random() < 0.3:
        yield "service", f"S{number},{code},Abonament serwisowy\n"


def _item(random: Random, number: int, item: int, *, late: bool) -> Iterator[tuple[str, str]]:
    name, customer = f"{number}/{item}", key(number)
    due = DAY - timedelta(days=random.randint(-30, 75) if late else random.randint(-60, -8))
    issued = min(due - timedelta(days=random.choice((14, 30, 60))), DAY)
    currency = "EUR" if random.random() < 0.05 else "PLN"
    cents = random.randint(6_000, 900_000)
    amount = f"{cents // 100}.{cents % 100:02}"
    yield "document", f"{name},{customer},invoice,FV/{name},{issued},{currency},{amount},{amount}\n"
    yield "open_item", f"{name},{name},{customer},{issued},{due},{currency},{amount}\n"
    if random.random() < 0.1:
        part = f"{cents // 300}.00"
        yield "payment", f"P{name},{customer},{issued},{currency},{part}\n"
        yield "allocation", f"A{name},{name},P{name},{issued},{part}\n"
    if random.random() < 0.02:
        yield "hold", f"H{name},{customer},{name},{random.choice(('dispute', 'promise'))},{issued},\n"


def _mapping() -> str:
    tables = "".join(
        f"  - table: {table}\n    file: {table}.csv\n    columns:\n"
        + "".join(f"      {name}: {name}\n" for name in columns.split())
        for table, columns in _TABLES.items()
    )
    return (
        f"source: {SOURCE}\ntitle: Benchmark\nledger_currency: PLN\njurisdiction: pl\n"
        f'separator: ","\ndates: ["%Y-%m-%d"]\ntables:\n{tables}'
    )


_COMPANY: Final = f"""\
source: {SOURCE}
sender:
  name: Hurtownia Wzorcowa sp. z o.o.
  address: [ul. Przykładowa 12, 00-950 Warszawa]
  tax_id: "5260001246"
mail_from: rozrachunki@hurtownia.example
staff:
  account_manager: handlowcy@hurtownia.example
  credit_controller: windykacja@hurtownia.example
"""
