"""The justification of a claim in Polish, the language of the court, out of what a checked model says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from documents.text.formats import formats

_STYLE: Final = formats("pl")


def justification(model: Mapping[str, Any]) -> list[str]:
    """Paragraphs: the debt, what was credited, interest, notes and compensation, demands, the amicable attempt."""
    return list(_paragraphs(model))


def _paragraphs(model: Mapping[str, Any]) -> Iterator[str]:
    yield _debt(model)
    if credited := [part for row in model["rows"] for part in row["credited"]]:
        yield _credited(model, credited)
    yield (
        f"Pozwany pozostaje w opóźnieniu. Powód żąda odsetek za opóźnienie ({model['interest']['basis']['pl']}) od "
        "każdej należności głównej od dnia wskazanego w zestawieniu do dnia zapłaty; dzień ten przypada po upływie "
        "terminu płatności ustalonego z uwzględnieniem art. 115 k.c."
    )
    yield from _further(model)
    yield _demands(model["demands"])
    yield _amicable(model["demands"])


def _debt(model: Mapping[str, Any]) -> str:
    rows = model["rows"]
    named = "; ".join(
        f"{row['document']} z dnia {_day(row['issue_date'])} na kwotę {_STYLE.money(row['original'])}, z terminem "
        f"płatności do dnia {_day(row['due_date'])}"
        for row in rows
    )
    noun = _STYLE.plural(
        len(rows), one="następujący dokument", few="następujące dokumenty", many="następujące dokumenty"
    )
    return (
        f"Powód, {model['sender']['name']}, wystawił pozwanemu, {model['customer']['name']}, {noun}: {_ended(named)} "
        f"Do zapłaty z tytułu należności głównej pozostaje {_sum(row['principal'] for row in rows)}."
    )


def _credited(model: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> str:
    order = "najpierw na odsetki, następnie na należność główną (art. 451 § 1 k.c.)"
    if model["payment_order"] == "principal_first":
        order = "najpierw na należność główną, następnie na odsetki"
    elif any(row["charged_by"] for row in model["rows"]):
        order += ", a na należności, od których odsetki naliczono notą, w całości na należność główną"
    return (
        f"Wpłaty i potrącenia w łącznej kwocie {_sum(part['amount'] for part in parts)} zaliczono {order}: na odsetki "
        f"{_sum(part['to_interest'] for part in parts)}, na należność główną "
        f"{_sum(part['to_principal'] for part in parts)}."
    )


def _further(model: Mapping[str, Any]) -> Iterator[str]:
    accrued = [row["accrued"] for row in model["rows"]]
    if any(part["amount"] for part in accrued):
        yield f"Odsetki naliczone i niezapłacone za okres poprzedzający wskazane dni wynoszą {_sum(accrued)}."
    if model["notes"]:
        named = ", ".join(f"{note['document']} ({_STYLE.money(note['amount'])})" for note in model["notes"])
        yield f"Powód żąda ponadto zapłaty niezapłaconych not, od których odsetek nie nalicza: {named}."
    if model["compensations"]:
        yield (
            "Powód żąda rekompensaty za koszty odzyskiwania należności (art. 10 ustawy z dnia 8 marca 2013 r. "
            "o przeciwdziałaniu nadmiernym opóźnieniom w transakcjach handlowych) w łącznej kwocie "
            f"{_sum(row['amount'] for row in model['compensations'])}."
        )


def _demands(demands: Sequence[Mapping[str, Any]]) -> str:
    days = ", ".join(dict.fromkeys(_day(demand["day"]) for demand in demands))
    last = ", ".join(dict.fromkeys(_day(demand["day"]) for demand in demands if demand["final"]))
    return (
        f"Powód wzywał pozwanego do zapłaty w dniach: {_ended(days)} Ostateczne wezwanie wysłano w dniu: {_ended(last)}"
    )


def _amicable(demands: Sequence[Mapping[str, Any]]) -> str:
    """The statement of k.p.c. art. 187 par. 1 point 3."""
    if offered := list(dict.fromkeys(_day(demand["day"]) for demand in demands if demand["amicable"])):
        return (
            "Powód podjął próbę pozasądowego rozwiązania sporu (art. 187 § 1 pkt 3 k.p.c.), proponując je w wezwaniu "
            f"wysłanym w dniu: {_ended(', '.join(offered))} Do dnia sporządzenia zestawienia "
            "należność nie została zapłacona."
        )
    return (
        "Wysłane wezwania do zapłaty nie zawierały propozycji mediacji ani innego pozasądowego rozwiązania sporu. "
        "W pozwie należy wyjaśnić przyczyny niepodjęcia takiej próby (art. 187 § 1 pkt 3 k.p.c.)."
    )


def _ended(text: str) -> str:
    """With one full stop, also after an abbreviation."""
    return text if text.endswith(".") else f"{text}."


def _day(day: Any) -> str:
    return f"{_STYLE.date(day)} r."


def _sum(amounts: Iterable[Mapping[str, Any]]) -> str:
    found = list(amounts)
    total = sum((part["amount"] for part in found), Decimal(0))
    return _STYLE.money({"currency": found[0]["currency"], "amount": total})
