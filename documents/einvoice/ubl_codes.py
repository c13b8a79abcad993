"""Code lists of EN 16931: VAT categories, units, means of payment, electronic addresses.

Source: EN 16931-1 with its code lists (UNCL5305, UNCL4461, UN/ECE Recommendation 20, VATEX, EAS); Peppol BIS Billing 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from documents.invoicing.margin import MARGIN, SCHEMES
from documents.invoicing.vat_rates import RATES

INVOICE: Final = "380"
CREDIT_NOTE: Final = "381"
#: What was paid before the supply.
PREPAID: Final = "386"
#: A correction that adds: what it states are differences, so it is no corrected invoice (384).
DEBIT_NOTE: Final = "383"


@dataclass(frozen=True, slots=True)
class Category:
    """A VAT category (BT-118). `percent`: of tax (BT-119); None where the category has no rate. `reason`: code of the
    exemption (BT-121), where the category alone gives it."""

    code: str
    percent: int | None
    reason: str | None = None


_UNTAXED: Final = {
    "0 KR": Category("Z", 0),
    "0 WDT": Category("K", 0, "VATEX-EU-IC"),
    "0 EX": Category("G", 0, "VATEX-EU-G"),
    "zw": Category("E", 0),
    "np I": Category("O", None, "VATEX-EU-O"),
    "np II": Category("AE", 0, "VATEX-EU-AE"),
    "oo": Category("AE", 0, "VATEX-EU-AE"),
    MARGIN: Category("E", 0),
}

#: The category of each rate of an invoice line.
CATEGORIES: Final[Mapping[str, Category]] = MappingProxyType(
    {code: _UNTAXED.get(code, Category("S", rate.percent)) for code, rate in RATES.items()}
)

#: Margin scheme -> code of the exemption, and the words of the VAT act.
MARGINS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    dict(
        zip(
            SCHEMES,
            (
                ("VATEX-EU-D", "procedura marży dla biur podróży"),
                ("VATEX-EU-F", "procedura marży - towary używane"),
                ("VATEX-EU-I", "procedura marży - dzieła sztuki"),
                ("VATEX-EU-J", "procedura marży - przedmioty kolekcjonerskie i antyki"),
            ),
            strict=True,
        )
    )
)

#: What a unit that is not listed is counted in; its name is kept beside the item.
ONE: Final = "C62"
_UNITS: Final[Mapping[str, tuple[str, ...]]] = {
    ONE: ("szt", "sztuka", "sztuki", "pcs", "usł", "usługa"),
    "HUR": ("godz", "h", "rbh", "hour"),
    "DAY": ("dzień", "dni", "doba", "day"),
    "MON": ("mies", "miesiąc", "m-c", "month"),
    "ANN": ("rok", "year"),
    "KGM": ("kg",),
    "TNE": ("t", "tona"),
    "MTR": ("m", "mb"),
    "MTK": ("m2", "m²"),
    "MTQ": ("m3", "m³"),
    "KMT": ("km",),
    "LTR": ("l", "litr"),
    "KWH": ("kwh",),
    "MWH": ("mwh",),
    "SET": ("kpl", "komplet", "set"),
}
_UNIT_CODES: Final = MappingProxyType({name: code for code, names in _UNITS.items() for name in names})

#: No instrument is named: nothing is to be transferred, or not by us.
NO_MEANS: Final = "1"
#: Agreed between the parties and named in words (BT-82).
NAMED_MEANS: Final = "ZZZ"
MEANS: Final[Mapping[str, str]] = MappingProxyType(
    {"transfer": "30", "cash": "10", "card": "48", "cheque": "20", "mobile": "68"}
)

#: Schemes of electronic addresses that are VAT numbers, by country.
_ADDRESSES: Final[Mapping[str, str]] = MappingProxyType({
    "AT": "9914", "BE": "9925", "BG": "9926", "CH": "9927", "CY": "9928", "CZ": "9929", "DE": "9930", "EE": "9931",
    "ES": "9920", "FR": "9957", "GB": "9932", "GR": "9933", "HR": "9934", "HU": "9910", "IE": "9935", "LT": "9937",
    "LU": "9938", "LV": "9939", "MT": "9943", "NL": "9944", "PL": "9945", "PT": "9946", "RO": "9947", "SI": "9949",
    "SK": "9950",
})  # fmt: skip


def unit_code(unit: str | None) -> str | None:
    """The code of a unit as people write it; None for one that is not listed."""
    return ONE if unit is None else _UNIT_CODES.get(unit.lower().rstrip("."))


def address_scheme(country: str) -> str | None:
    """The scheme (EAS) by which the VAT number of a country is an electronic address; None where there is none."""
    return _ADDRESSES.get(country)
