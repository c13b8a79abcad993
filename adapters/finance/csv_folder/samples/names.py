"""Invented people, firms and addresses. Mail goes to .example domains (RFC 2606), so nothing is ever delivered."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random
from typing import Final

_FIRST: Final = (
    "Agnieszka", "Andrzej", "Barbara", "Czesław", "Danuta", "Elżbieta", "Grażyna", "Grzegorz", "Hanna", "Jacek",
    "Jolanta", "Józef", "Katarzyna", "Krzysztof", "Łukasz", "Małgorzata", "Marek", "Michał", "Paweł", "Stanisław",
    "Tomasz", "Urszula", "Wojciech", "Zbigniew", "Zofia",
)  # fmt: skip
_LAST: Final = (
    "Adamczyk", "Baran", "Bąk", "Czyż", "Dąb", "Fąfara", "Gąska", "Głąb", "Jabłoń", "Jeż", "Kaczor", "Kościół",
    "Kruk", "Łoś", "Maślanka", "Mróz", "Nędza", "Ogórek", "Pająk", "Ptak", "Róg", "Sowa", "Ślęzak", "Wróbel", "Źrebiec",
    "Żak", "Żuraw", "Wąs", "Zając", "Gołąb",
)  # fmt: skip
_FIRM: Final = (
    "Alfa", "Bławatek", "Cedr", "Dąbrowa", "Elektra", "Fala", "Granit", "Horyzont", "Iskra", "Jodła", "Kąkol", "Łąka",
    "Meteor", "Nurt", "Orzeł", "Perła", "Róża", "Sosna", "Świt", "Tęcza", "Węzeł", "Zorza", "Źródło", "Żagiel",
)  # fmt: skip
_TRADE: Final = (
    "Hurtownia",
    "Transport",
    "Budownictwo",
    "Piekarnia",
    "Stolarnia",
    "Elektronika",
    "Ogrodnictwo",
    "Drukarnia",
    "Metal",
    "Gastronomia",
    "Instalacje",
    "Włókno",
)
_FORM: Final = ("sp. z o.o.", "S.A.", "sp.k.", "sp.j.")
_CITY: Final = (
    ("Białystok", "15-001", "w Białymstoku"),
    ("Gdańsk", "80-001", "w Gdańsku"),
    ("Kielce", "25-001", "w Kielcach"),
    ("Kraków", "30-001", "w Krakowie"),
    ("Lublin", "20-001", "w Lublinie"),
    ("Łódź", "90-001", "w Łodzi"),
    ("Olsztyn", "10-001", "w Olsztynie"),
    ("Poznań", "60-001", "w Poznaniu"),
    ("Rzeszów", "35-001", "w Rzeszowie"),
    ("Szczecin", "70-001", "w Szczecinie"),
    ("Toruń", "87-100", "w Toruniu"),
    ("Wrocław", "50-001", "we Wrocławiu"),
)
_STREET: Final = (
    "Akacjowa",
    "Brzozowa",
    "Główna",
    "Jesienna",
    "Kwiatowa",
    "Łąkowa",
    "Młyńska",
    "Ogrodowa",
    "Polna",
    "Słoneczna",
    "Świerkowa",
    "Źródlana",
)
_PUBLIC: Final = ("Urząd Gminy", "Szkoła Podstawowa nr", "Biblioteka Miejska", "Zarząd Dróg", "Ośrodek Sportu")
_HEALTH: Final = ("Szpital Powiatowy", "Przychodnia Miejska nr", "Wojewódzki Szpital", "Pogotowie Ratunkowe")
_ABROAD: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "DE": (
        ("Nordwind Handels GmbH", "Hafenstraße 7, 20457 Hamburg"),
        ("Bergmann Technik GmbH", "Marktplatz 3, 04109 Leipzig"),
    ),
    "CZ": (("Vltava Obchod s.r.o.", "Dlouhá 12, 110 00 Praha"), ("Lípa Servis s.r.o.", "Květná 4, 602 00 Brno")),
    "FR": (
        ("Atelier du Lac SARL", "8 rue des Lilas, 69003 Lyon"),
        ("Maison Verte SAS", "21 rue Haute, 67000 Strasbourg"),
    ),
    "NL": (("Tulp Logistiek B.V.", "Havenweg 9, 3011 Rotterdam"), ("Windmolen Supply B.V.", "Dijk 30, 1011 Amsterdam")),
    "US": (
        ("Blue Ridge Trading Inc.", "120 Main Street, Springfield, IL 62701"),
        ("Prairie Tools LLC", "9 Elm Avenue, Austin, TX 78701"),
    ),
}
_NIP_WEIGHTS: Final = (6, 5, 7, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True, slots=True)
class Person:
    """Who a customer is."""

    name: str
    address: str
    tax_id: str
    email: str
    phone: str


def nip(number: int) -> str | None:
    """The NIP whose first nine digits are 999 and the number; None when its check digit would be 10."""
    digits = f"999{number:06d}"
    check = sum(int(digit) * weight for digit, weight in zip(digits, _NIP_WEIGHTS, strict=True)) % 11
    return None if check == 10 else f"{digits}{check}"


def ascii_name(text: str) -> str:
    """Lower-case ASCII letters and digits of a text, for e-mail addresses."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ł", "l").replace("ß", "ss"))
    return "".join(char if char.isalnum() and char.isascii() else "-" if char == " " else "" for char in plain)


def person(random: Random, kind: str, country: str, number: int) -> Person:
    """An invented customer of a kind (business, sole_trader, consumer, public, public_health) in a country."""
    if country != "PL":
        name, address = _ABROAD[country][number % 2]
        name = f"{name[: name.rindex(' ')]} {number}{name[name.rindex(' ') :]}"
        return Person(name, address, f"{country}{100000000 + number}", _mail(name, number), "")
    city, code, where = random.choice(_CITY)
    address = f"ul. {random.choice(_STREET)} {random.randrange(1, 120)}, {code} {city}"
    human = f"{random.choice(_FIRST)} {random.choice(_LAST)}"
    name = {
        "business": f"{random.choice(_TRADE)} {random.choice(_FIRM)} {random.choice(_FORM)}",
        "sole_trader": f"{human} {random.choice(_TRADE)}",
        "consumer": human,
        "public": _numbered(random.choice(_PUBLIC), number, where),
        "public_health": _numbered(random.choice(_HEALTH), number, where),
    }[kind]
    tax_id = "" if kind == "consumer" else next(filter(None, (nip(number * 10 + step) for step in range(10))))
    mail = "" if random.random() < 0.04 else _mail(name, number)
    return Person(name, address, tax_id, mail, f"+48 500 {number // 1000:03d} {number % 1000:03d}")


def _numbered(name: str, number: int, where: str) -> str:
    return f"{name} {number % 40 + 1} {where}" if name.endswith("nr") else f"{name} {where}"


def _mail(name: str, number: int) -> str:
    return f"{ascii_name(name)[:24].strip('-')}-{number}@klient.example"
