"""Lines of an invoice or a correction as FaWiersz."""

from __future__ import annotations

from collections.abc import Iterable

from documents.einvoice.xml_tree import Node, exact, money
from documents.invoicing.margin import MARGIN
from documents.model import Facts


def invoice_lines(model: Facts) -> Iterable[Node]:
    """One element a line."""
    for number, line in enumerate(model["lines"], start=1):
        yield _line(model, line, number)


def corrected_lines(model: Facts) -> Iterable[Node]:
    """For each changed line its state before the correction (StanPrzed) and after it."""
    for change in model["changes"]:
        for state in ("before", "after"):
            if change[state] is not None:
                yield _line(model, change[state], change["position"], before=state == "before")


def _line(model: Facts, line: Facts, number: int, *, before: bool = False) -> Node:
    net = model["prices"] == "net"
    exchange, rate = model["exchange"], None if line["rate"] == MARGIN else line["rate"]
    return ("FaWiersz", [
        ("NrWierszaFa", str(number)), ("P_7", line["description"]), ("Indeks", line["index"]),
        ("PKWiU", line["pkwiu"]), ("CN", line["cn"]), ("P_8A", line["unit"]), ("P_8B", exact(line["quantity"])),
        ("P_9A" if net else "P_9B", exact(line["price"])), ("P_10", money(line["discount"])),
        ("P_11" if net else "P_11A", money(line["value"])), ("P_11Vat", money(line["vat"])), ("P_12", rate),
        ("P_12_Zal_15", "1" if line["annex_15"] else None), ("GTU", line["gtu"]),
        ("KursWaluty", exact(exchange["rate"]) if exchange else None), ("StanPrzed", "1" if before else None),
    ])  # fmt: skip
