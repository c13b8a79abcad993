"""What the schema of FA(3) does not look at: check digits, sums, annotations. Reads XML only, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from lxml import etree
from marshmallow import ValidationError

from documents.einvoice.fa3_schema import read_fa3
from documents.einvoice.xml_tree import hundredths
from documents.identifiers import eu_vat, internal_id, nip
from documents.invoicing.amounts import Line, Prices, Sums, VatMethod, differences, sums_by_rate
from documents.invoicing.vat_rates import RATES
from documents.model import refused
from engine.money import Money

_COUNTRY: Final = {"EL": "GR"}
_METHODS: Final[tuple[VatMethod, ...]] = ("sum", "lines")
_FIELDS: Final = {rate.net_field: rate.vat_field for rate in RATES.values()}
_NOTHING: Final = Sums(0, 0)


def check_fa3(xml: bytes, *, split_payment_above: Decimal | None = None) -> None:
    """Hold a document against the schema and against itself.

    Raises InvalidInput naming the element for a wrong tax number, a sum that is none, an annotation that is missing.
    Sums are looked at where every line states its value; advance and final invoices have other rules.
    """
    root = read_fa3(xml)
    _numbers(root)
    _units(root)
    body = root.find("{*}Fa")
    lines = [] if body is None else body.findall("{*}FaWiersz")
    if body is None:
        return
    _margin(body, lines)
    kind = _text(body, "RodzajFaktury")
    if kind in {"ZAL", "ROZ"}:
        _whole(body)
        _advances(body, kind)
    if not lines or not all(_text(line, "P_12") in RATES for line in lines):
        return
    _annotations(body, lines, split_payment_above)
    if kind != "ROZ":
        _sums(body, lines)


def _text(element: etree._Element, path: str) -> str:
    return element.findtext("/".join(f"{{*}}{name}" for name in path.split("/"))) or ""


def _amount(element: etree._Element, path: str) -> int:
    return Money.of(_text(element, path) or "0", "PLN").minor  # every currency of FA(3) is written with two decimals


def _numbers(root: etree._Element) -> None:
    thirds = root.findall("{*}Podmiot3")
    parties = [(name, root.find(f"{{*}}{name}")) for name in ("Podmiot1", "Podmiot2")]
    parties += [(f"Podmiot3[{place}]", party) for place, party in enumerate(thirds, 1)]
    for name, party in parties:
        identity = None if party is None else party.find("{*}DaneIdentyfikacyjne")
        if identity is not None:
            _identity(f"{name}/DaneIdentyfikacyjne", identity)


def _identity(where: str, identity: etree._Element) -> None:
    country = _text(identity, "KodUE")
    checks: dict[str, Callable[[str], str]] = {
        "NIP": nip,
        "IDWew": internal_id,
        "NrVatUE": lambda text: eu_vat(text, _COUNTRY.get(country, country)),
    }
    for name, check in checks.items():
        try:
            if text := _text(identity, name):
                check(text)
        except ValidationError as error:
            raise refused(f"{where}/{name}", str(error.messages[0])) from None


def _units(root: etree._Element) -> None:
    """An invoice for a unit of a local government or of a VAT group names the unit, and only then is it for one."""
    roles = {_text(party, "Rola") for party in root.findall("{*}Podmiot3")}
    for flag, role in (("JST", "8"), ("GV", "10")):
        if (_text(root, f"Podmiot2/{flag}") == "1") != (role in roles):
            raise refused(f"Podmiot2/{flag}", f"it is 1 where a Podmiot3 has the role {role}, else 2")


def _margin(body: etree._Element, lines: Sequence[etree._Element]) -> None:
    """Under the margin scheme there is nothing but gross values, which are the total."""
    margin = bool(_text(body, "Adnotacje/PMarzy/P_PMarzy"))
    if margin != bool(_text(body, "P_13_11")):
        raise refused("Fa/P_13_11", "the sum under the margin scheme and its annotation go together")
    if not margin:
        return
    values = {before: sum(_amount(line, "P_11A") for line in of) for before, of in _states(lines)}
    whole = values[False] - values[True]
    for field in ("P_13_11", "P_15"):
        if _amount(body, field) != whole:
            raise refused(f"Fa/{field}", f"is {_text(body, field)}, the lines say {hundredths(whole)}")


def _states(lines: Sequence[etree._Element]) -> Iterator[tuple[bool, Sequence[etree._Element]]]:
    """Lines before a correction, and those after it or of an invoice that corrects nothing."""
    for before in (True, False):
        yield before, [line for line in lines if bool(_text(line, "StanPrzed")) == before]


def _annotations(body: etree._Element, lines: Sequence[etree._Element], limit: Decimal | None) -> None:
    rates = {_text(line, "P_12") for line in lines}
    if ("zw" in rates) != bool(_text(body, "Adnotacje/Zwolnienie/P_19")):
        raise refused("Fa/Adnotacje/Zwolnienie", "lines at 'zw' and the basis of exemption go together")
    if any(RATES[rate].reverse for rate in rates) and _text(body, "Adnotacje/P_18") != "1":
        raise refused("Fa/Adnotacje/P_18", "the buyer accounts for the tax of a line; the annotation is missing")
    annex = any(_text(line, "P_12_Zal_15") for line in lines)
    total_pln = _amount(body, "P_15") if _text(body, "KodWaluty") == "PLN" else 0
    above = limit is not None and total_pln > Money.of(limit, "PLN").minor
    if annex and above and _text(body, "Adnotacje/P_18A") != "1":
        raise refused(
            "Fa/Adnotacje/P_18A", f"a line of annex 15 and a total above {limit} PLN: split payment is missing"
        )


def _sums(body: etree._Element, lines: Sequence[etree._Element]) -> None:
    """Net and tax of every rate by either method of the act, and the total."""
    field = next((name for name in ("P_11", "P_11A") if all(_text(line, name) for line in lines)), None)
    if field is None:
        return
    methods = [_by_field(lines, field, method) for method in _METHODS]
    for net_field, vat_field in _FIELDS.items():
        stated = Sums(_amount(body, net_field), _amount(body, vat_field) if vat_field else 0)
        found = [sums.get(net_field, _NOTHING) for sums in methods]
        if stated.net not in {sums.net for sums in found}:
            raise refused(f"Fa/{net_field}", f"is {hundredths(stated.net)}, the lines say {hundredths(found[0].net)}")
        if stated not in found:
            raise refused(f"Fa/{vat_field}", f"is {hundredths(stated.vat)}, the lines say {hundredths(found[0].vat)}")
    _whole(body)


def _whole(body: etree._Element) -> None:
    """The total is net values and tax; of an advance invoice what was paid, of a final one what is left to pay."""
    whole = sum(_amount(body, field) for pair in _FIELDS.items() for field in pair if field)
    if _amount(body, "P_15") != whole:
        raise refused("Fa/P_15", f"is {_text(body, 'P_15')}, net amounts and tax say {hundredths(whole)}")


def _advances(body: etree._Element, kind: str) -> None:
    """Payments make up an advance, which is part of its order; a final invoice names advances."""
    parts = [_amount(part, "P_15Z") for part in body.findall("{*}ZaliczkaCzesciowa")]
    if kind == "ZAL" and parts and sum(parts) != _amount(body, "P_15"):
        raise refused("Fa/P_15", f"is {_text(body, 'P_15')}, the payments add up to {hundredths(sum(parts))}")
    if kind == "ZAL" and _amount(body, "P_15") > _amount(body, "Zamowienie/WartoscZamowienia"):
        raise refused("Fa/P_15", "an advance is no more than the order")
    if kind == "ROZ" and body.find("{*}FakturaZaliczkowa") is None:
        raise refused("Fa/FakturaZaliczkowa", "a final invoice names the advances it takes off")


def _by_field(lines: Sequence[etree._Element], field: str, method: VatMethod) -> dict[str, Sums]:
    """Sums by their element P_13_x; lines before a correction count against those after it."""
    prices: Prices = "net" if field == "P_11" else "gross"
    states: list[dict[str, Sums]] = []
    for _, of_state in _states(lines):
        values = [Line(RATES[_text(line, "P_12")], _amount(line, field)) for line in of_state]
        states.append(sums_by_rate(values, prices, method))
    sums: dict[str, Sums] = {}
    for code, changed in differences(*states).items():
        name = RATES[code].net_field
        sums[name] = sums.get(name, _NOTHING) + changed
    return sums
