"""Lines of an invoice or a correction as FaWiersz."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from documents.einvoice.xml_tree import Node, exact, money
from documents.invoicing.lines import net_price
from documents.invoicing.margin import MARGIN
from documents.model import Facts

#: Decimals of a price (TKwotowy2).
_PRICE: Final = 8


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


def no_lines(_model: Facts) -> Iterable[Node]:
    """An advance invoice has the lines of the order instead."""
    return ()


def order(model: Facts) -> Iterable[Node]:
    """The order that an advance was paid for, at net prices."""
    lines: list[Node] = [
        (
            "ZamowienieWiersz",
            [
                ("NrWierszaZam", str(number)),
                ("P_7Z", line["description"]),
                ("IndeksZ", line["index"]),
                ("PKWiUZ", line["pkwiu"]),
                ("CNZ", line["cn"]),
                ("P_8AZ", line["unit"]),
                ("P_8BZ", exact(line["quantity"])),
                ("P_9AZ", exact(net_price(line, model["prices"], _PRICE))),
                ("P_11NettoZ", money(line["net"])),
                ("P_11VatZ", money(line["vat"])),
                ("P_12Z", line["rate"]),
                ("P_12Z_Zal_15", "1" if line["annex_15"] else None),
                ("GTUZ", line["gtu"]),
            ],
        )
        for number, line in enumerate(model["lines"], start=1)
    ]
    yield ("Zamowienie", [("WartoscZamowienia", money(model["whole"]["gross"])), *lines])


def payments_in_advance(model: Facts) -> Iterable[Node]:
    """Each of several payments that an advance invoice documents."""
    for part in model["payment"]["parts"]:
        yield ("ZaliczkaCzesciowa", [("P_6Z", str(part["paid_on"])), ("P_15Z", money(part["amount"]))])


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
