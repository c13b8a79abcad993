"""The books of the sample company: customers, what they bought, what they paid and what they argue about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Final

from adapters.finance.csv_folder.samples.names import Person, person
from adapters.finance.rates.nbp import NbpRates

FIRST: Final = date(2025, 6, 2)
#: The day of the export: nothing later is in the books.
LAST: Final = date(2026, 11, 20)
#: Last day whose rate the pinned table has; later documents are booked at it.
_LAST_RATE: Final = date(2026, 10, 26)
_SELLER: Final = "5260001246"

#: Kind, country, share of 340 customers, payment terms.
_MIX: Final = (
    ("business", "PL", 130, (14, 21, 30, 45, 60)),
    ("sole_trader", "PL", 65, (7, 14, 21)),
    ("consumer", "PL", 70, (7, 14)),
    ("public", "PL", 25, (14, 30)),
    ("public_health", "PL", 15, (30, 60)),
    ("business", "DE", 14, (30, 45)),
    ("business", "CZ", 8, (14, 30)),
    ("business", "FR", 6, (30,)),
    ("business", "NL", 4, (30,)),
    ("business", "US", 3, (45,)),
)
#: Habit -> probability that an invoice is paid at all, earliest and latest day of payment after the due date.
_HABITS: Final = {"punctual": (0.985, -8, 1), "late": (0.95, 1, 25), "slow": (0.85, 15, 110), "bad": (0.45, 30, 160)}


@dataclass(frozen=True, slots=True)
class Client:
    """A customer with the habits that made its history."""

    key: str
    kind: str
    country: str
    who: Person
    currencies: tuple[str, ...]
    terms: int
    habit: str
    limit: int | None
    manager: str


@dataclass(slots=True)
class Item:
    """An open item while its history is being made; amounts in minor units, negative for credits."""

    key: str
    client: Client
    issued: date
    due: date
    currency: str
    amount: int
    settled: int = 0


@dataclass(slots=True)
class Books:
    """Rows of each exported file, as they are written."""

    clients: list[Client] = field(default_factory=list)
    documents: list[tuple[str, ...]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    item_rows: list[tuple[str, ...]] = field(default_factory=list)
    payments: list[tuple[str, ...]] = field(default_factory=list)
    allocations: list[tuple[str, ...]] = field(default_factory=list)


def amount(minor: int) -> str:
    """1234567 -> 12345,67"""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100},{abs(minor) % 100:02d}"


def day(value: date) -> str:
    """20.11.2026"""
    return f"{value:%d.%m.%Y}"


def make_clients(random: Random) -> list[Client]:
    """Customers of every kind, in the order of their keys."""
    clients: list[Client] = []
    for kind, country, count, terms in _MIX:
        for _ in range(count):
            number = len(clients) + 1
            habit = random.choice(("punctual",) * 5 + ("late",) * 4 + ("slow",) * 2 + ("bad",))
            limit = random.choice((None, None, 0, 1_000_000, 3_000_000, 10_000_000)) if kind == "business" else None
            manager = random.choice(("a.kowalczyk", "m.lis", "j.wolska")) + "@hurtownia.example"
            who = person(random, kind, country, number)
            currencies = _currencies(random, kind, country)
            clients.append(
                Client(f"K{number:05d}", kind, country, who, currencies, random.choice(terms), habit, limit, manager)
            )
    return clients


def _currencies(random: Random, kind: str, country: str) -> tuple[str, ...]:
    if country != "PL":
        return ("USD", "EUR") if country == "US" else ("EUR",)
    if kind == "business" and random.random() < 0.12:
        return ("PLN", "EUR", "USD") if random.random() < 0.3 else ("PLN", "EUR")
    return ("PLN",)


class Bookkeeper:
    """Writes documents, items, payments and allocations into the books, keys counted per kind."""

    def __init__(self, random: Random, books: Books) -> None:
        self._random = random
        self._books = books
        self._rates = NbpRates()
        self._counts: dict[tuple[str, int], int] = {}

    def number(self, code: str, issued: date) -> str:
        """The next document number of a year."""
        count = self._counts[code, issued.year] = self._counts.get((code, issued.year), 0) + 1
        return f"{code}/{count:05d}/{issued.year}"

    def document(self, client: Client, code: str, issued: date, currency: str, net: int, corrected: str = "") -> str:
        """Book a document; returns its key. Its gross is the net with VAT."""
        number = self.number(code, issued)
        gross = self.gross(client, net)
        cost = "" if self._random.random() < 0.15 else amount(net * self._random.randrange(55, 95) // 100)
        ksef = self._ksef(issued) if code in {"FV", "KOR"} and client.kind != "consumer" else ""
        received = issued + timedelta(days=0 if ksef else self._random.randrange(1, 6))
        self._books.documents.append(
            (number, client.key, code, day(issued), day(issued - timedelta(days=self._random.randrange(4))),
             day(received), currency, amount(net), amount(gross - net), amount(gross), cost, corrected, ksef)
        )  # fmt: skip
        return number

    def gross(self, client: Client, net: int) -> int:
        """The net amount with 23 % VAT at home; exports and intra-Community supplies bear none."""
        return net if client.country != "PL" else net + (net * 23 + (50 if net > 0 else -50)) // 100

    def item(
        self,
        client: Client,
        document: str,
        suffix: str,
        issued: date,
        due: date,
        currency: str,
        minor: int,
        *,
        instalment: bool = False,
    ) -> Item:
        """Book what is owed on one day."""
        item = Item(document + suffix, client, issued, due, currency, minor)
        self._books.items.append(item)
        self._books.item_rows.append(
            (
                item.key,
                document,
                client.key,
                day(issued),
                day(due),
                currency,
                amount(minor),
                amount(self.in_pln(minor, currency, issued)),
                "T" if instalment else "N",
            )
        )
        return item

    def payment(self, client: Client, paid: date, currency: str, minor: int) -> str:
        """Book money received; returns its key."""
        key = self.number("WB", paid)
        self._books.payments.append(
            (key, client.key, day(paid), currency, amount(minor), amount(self.in_pln(minor, currency, paid)))
        )
        return key

    def allocate(self, item: Item, on: date, minor: int, *, payment: str = "", credit: Item | None = None) -> None:
        """Settle a part of an item by a payment or a credit item."""
        item.settled += minor
        if credit is not None:
            credit.settled += minor
        key = f"R{len(self._books.allocations) + 1:06d}"
        self._books.allocations.append((key, item.key, payment, credit.key if credit else "", day(on), amount(minor)))

    def in_pln(self, minor: int, currency: str, on: date) -> int:
        """The amount in ledger currency at the NBP rate of the last working day before."""
        rate = self._rates.rate(currency, min(on, _LAST_RATE))
        if rate is None:
            raise LookupError(f"no rate for {currency} on {on}")
        return int((Decimal(minor) * rate).quantize(Decimal(1), ROUND_HALF_UP))

    def _ksef(self, issued: date) -> str:
        """A KSeF number: seller's NIP, day, twelve hexadecimal digits, CRC-8 (polynomial 0x07) of all that."""
        if issued < date(2026, 4, 1):
            return ""
        text = f"{_SELLER}-{issued:%Y%m%d}-{self._random.getrandbits(48):012X}"
        crc = 0
        for byte in text.encode():
            crc ^= byte
            for _ in range(8):
                crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
        return f"{text}-{crc:02X}"


def trade(random: Random, books: Books) -> None:
    """Seventeen months of business with every customer."""
    keeper = Bookkeeper(random, books)
    for client in books.clients:
        for _ in range(random.randrange(8, 19) if client.kind != "consumer" else random.randrange(2, 8)):
            issued = FIRST + timedelta(days=int((LAST - FIRST).days * random.random() ** 0.75))
            _sell(random, keeper, client, issued)
        if random.random() < 0.12:
            paid = LAST - timedelta(days=random.randrange(90))
            keeper.payment(client, paid, client.currencies[0], random.randrange(5_000, 400_000))


def _sell(random: Random, keeper: Bookkeeper, client: Client, issued: date) -> None:
    currency = random.choice(client.currencies)
    net = int(10 ** (3.7 + random.random() * (1.2 if client.kind == "consumer" else 2.2)))
    if client.kind == "consumer" and random.random() < 0.35:
        _receipt(keeper, client, issued, net)
        return
    if random.random() < 0.04:
        keeper.document(client, "PRO", issued, currency, net)
    key = keeper.document(client, "FV", issued, currency, net)
    gross = keeper.gross(client, net)
    parts = 3 if gross > 500_000 and random.random() < 0.08 else 1
    for part in range(parts):
        due = issued + timedelta(days=client.terms + 30 * part)
        share = gross // parts if part < parts - 1 else gross - gross // parts * (parts - 1)
        suffix = f"/R{part + 1}" if parts > 1 else ""
        item = keeper.item(client, key, suffix, issued, due, currency, share, instalment=parts > 1)
        if parts == 1 and random.random() < 0.06:
            _correct(random, keeper, item, net)
        _settle(random, keeper, item)


def _receipt(keeper: Bookkeeper, client: Client, issued: date, net: int) -> None:
    key = keeper.document(client, "PA", issued, "PLN", net)
    gross = keeper.gross(client, net)
    item = keeper.item(client, key, "", issued, issued, "PLN", gross)
    keeper.allocate(item, issued, gross, payment=keeper.payment(client, issued, "PLN", gross))


def _correct(random: Random, keeper: Bookkeeper, item: Item, net: int) -> None:
    """A reducing correction: a credit item, allocated to the corrected one or left open."""
    issued = item.issued + timedelta(days=random.randrange(3, 40))
    if issued > LAST:
        return
    less = -(net * random.randrange(5, 40) // 100)
    key = keeper.document(item.client, "KOR", issued, item.currency, less, corrected=item.key)
    credit = keeper.item(item.client, key, "", issued, issued, item.currency, keeper.gross(item.client, less))
    if random.random() < 0.6:
        keeper.allocate(item, issued, -credit.amount, credit=credit)


def _settle(random: Random, keeper: Bookkeeper, item: Item) -> None:
    probability, earliest, latest = _HABITS[item.client.habit]
    paid = max(item.issued, item.due + timedelta(days=random.randrange(earliest, latest + 1)))
    rest = item.amount - item.settled
    if random.random() > probability or paid > LAST:
        if random.random() < 0.12 and item.due < LAST:
            part = rest * random.randrange(10, 80) // 100
            on = min(LAST, item.due + timedelta(days=random.randrange(20)))
            keeper.allocate(item, on, part, payment=keeper.payment(item.client, on, item.currency, part))
        return
    over = random.randrange(100, 20_000) if random.random() < 0.02 else 0
    keeper.allocate(item, paid, rest, payment=keeper.payment(item.client, paid, item.currency, rest + over))
