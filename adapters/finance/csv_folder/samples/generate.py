"""Write the files of the sample company: python -m adapters.finance.csv_folder.samples.generate FOLDER

Always the same bytes. The files look like a Polish system's export: CP1250, semicolons, decimal comma, DD.MM.YYYY.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from adapters.finance.csv_folder.samples.portfolio import LAST, Books, Item, amount, day, make_clients, trade

_SEED: Final = 20261120
_KINDS: Final = {
    "business": "FIRMA",
    "sole_trader": "JDG",
    "consumer": "OSOBA",
    "public": "PUBL",
    "public_health": "ZDROWIE",
}
_SERVICES: Final = ("Platforma B2B", "Sprzedaż z odroczonym terminem", "Abonament serwisowy", "Dzierżawa urządzenia")
#: Reason code, number of holds, days from placing to expiry (None: no expiry).
_ITEM_HOLDS: Final = (
    ("SPOR", 25, None),
    ("OBIETNICA", 40, 21),
    ("UGODA", 6, 365),
    ("FAKTORING", 6, None),
    ("REKLAMACJA", 12, 60),
    ("RECZNA", 8, 90),
)

HEADERS: Final[dict[str, str]] = {
    "klienci.csv": "Kod;Nazwa;Rodzaj;NIP;Segment;Jezyk;Kraj;Email;Telefon;Adres;Limit;Windykacja;Platnik;Opiekun",
    "dokumenty.csv": "Numer;Klient;Typ;DataWystawienia;DataSprzedazy;DataOtrzymania;Waluta;Netto;VAT;Brutto;Koszt;"
    "Korygowany;KSeF",
    "rozrachunki.csv": "Klucz;Dokument;Klient;Data;Termin;Waluta;Kwota;KwotaPLN;Rata",
    "wplaty.csv": "Numer;Klient;Data;Waluta;Kwota;KwotaPLN",
    "rozliczenia.csv": "Klucz;Rozrachunek;Wplata;Korekta;Data;Kwota",
    "blokady.csv": "Klucz;Klient;Rozrachunek;Powod;Od;Do;Autor",
    "uslugi.csv": "Klucz;Klient;Nazwa",
}

#: Rows that are wrong on purpose, one line each; README.md of the sample explains them.
BAD_ROWS: Final[dict[str, tuple[str, ...]]] = {
    "klienci.csv": ("K90001;Firma Bez Rodzaju sp. z o.o.;SPOLKA;;;pl;PL;;;;;T;;",),
    "dokumenty.csv": (
        "FV/90001/2026;K00001;FV;31.02.2026;31.01.2026;;PLN;100,00;23,00;123,00;;;",
        "FV/90002/2026;K00002;FV;02.03.2026;02.03.2026;;PLN;1OO,00;23,00;123,00;;;",
        "FV/90003/2026;K00003;FV;02.03.2026;02.03.2026;;EURO;100,00;23,00;123,00;;;",
    ),
    "rozrachunki.csv": (
        "FV/90001/2026;FV/90001/2026;K00001;01.02.2026;15.02.2026;PLN;123,00;123,00;N",
        "FV/90004/2026;FV/00001/2025;K00004;02.03.2026;16.13.2026;PLN;123,00;123,00;N",
        "FV/00001/2025;FV/00001/2025;K00001;02.06.2025;16.06.2025;PLN;123,00;123,00;N",
        "FV/90005/2026;FV/00001/2026;K99999;02.03.2026;16.03.2026;PLN;123,00;123,00;N",
    ),
    "wplaty.csv": ("WB/90001/2026;K00005;05.05.2062;PLN;50,00;50,00",),
    "rozliczenia.csv": ("R900001;FV/99999/2026;WB/00001/2026;;05.05.2026;50,00",),
    "blokady.csv": ("H90001;K00006;;URLOP;01.10.2026;;a.kowalczyk",),
}


def generate(folder: Path) -> None:
    """Write every CSV file of the sample into a folder that exists."""
    random = Random(_SEED)  # noqa: S311  the same books every time, no secret
    books = Books(clients=make_clients(random))
    trade(random, books)
    rows: dict[str, Iterable[Sequence[str]]] = {
        "klienci.csv": _clients(random, books),
        "dokumenty.csv": books.documents,
        "rozrachunki.csv": books.item_rows,
        "wplaty.csv": books.payments,
        "rozliczenia.csv": books.allocations,
        "blokady.csv": _holds(random, books),
        "uslugi.csv": _services(random, books),
    }
    for name, header in HEADERS.items():
        with (folder / name).open("w", encoding="cp1250", newline="") as file:
            writer = csv.writer(file, delimiter=";", lineterminator="\n")
            writer.writerow(header.split(";"))
            writer.writerows(rows[name])
            file.writelines(f"{line}\n" for line in BAD_ROWS.get(name, ()))


def _clients(random: Random, books: Books) -> list[Sequence[str]]:
    firms = [client.key for client in books.clients if client.kind == "business" and client.country == "PL"]
    rows: list[Sequence[str]] = []
    for client in books.clients:
        parent = random.choice(firms[:20]) if client.key in firms[20:] and random.random() < 0.06 else ""
        rows.append(
            (
                client.key,
                client.who.name,
                _KINDS[client.kind],
                client.who.tax_id,
                random.choice(("A", "B", "C")) if client.kind == "business" else "",
                "pl" if client.country == "PL" else "en",
                client.country,
                client.who.email,
                client.who.phone,
                client.who.address,
                "" if client.limit is None else amount(client.limit),
                "N" if random.random() < 0.02 else "T",
                parent,
                client.manager,
            )
        )
    return rows


def _holds(random: Random, books: Books) -> list[Sequence[str]]:
    """Holds on overdue items of every reason; three insolvent customers as a whole."""
    rows: list[Sequence[str]] = []
    overdue = [item for item in books.items if item.amount > item.settled and item.due < LAST]
    for code, count, days in _ITEM_HOLDS:
        for item in random.sample(overdue, count):
            rows.append(_item_hold(random, len(rows) + 1, item, code, days))
    debtors = sorted({item.client.key for item in overdue if item.client.kind in {"business", "sole_trader"}})
    for key in random.sample(debtors, 3):
        placed = LAST - timedelta(days=random.randrange(10, 120))
        rows.append((f"H{len(rows) + 1:05d}", key, "", "UPADLOSC", day(placed), "", "m.lis"))
    return rows


def _item_hold(random: Random, number: int, item: Item, code: str, days: int | None) -> Sequence[str]:
    placed = min(LAST, item.due + timedelta(days=random.randrange(1, 60)))
    expires = "" if days is None else day(placed + timedelta(days=days))
    author = random.choice(("a.kowalczyk", "m.lis", "j.wolska"))
    return (f"H{number:05d}", item.client.key, item.key, code, day(placed), expires, author)


def _services(random: Random, books: Books) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for client in books.clients:
        for name in random.sample(_SERVICES, random.choice((0, 0, 1, 1, 2))):
            rows.append((f"U{len(rows) + 1:05d}", client.key, name))
    return rows


if __name__ == "__main__":
    generate(Path(sys.argv[1]))
