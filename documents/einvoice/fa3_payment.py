"""What was paid and what is to be paid of an invoice as Platnosc of FA(3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from documents.einvoice.xml_tree import Node, money
from documents.invoicing.payment.terms import TRANSFER
from documents.model import Facts

#: Form of payment -> TFormaPlatnosci; what is not here is written out (PlatnoscInna).
_FORMS: Final = {"cash": "1", "card": "2", "voucher": "3", "cheque": "4", "credit": "5", TRANSFER: "6", "mobile": "7"}


def payment(model: Facts) -> Node:
    """Whole, in part or not at all paid before; the form and the account for the rest."""
    payment = model["payment"]
    due: list[Node] = [("Termin", str(payment["due_date"]))] if payment["due_date"] else []
    settled = bool(payment["parts"]) and not model["payable"]["amount"]
    return (
        "Platnosc",
        [
            *_paid(model),
            ("TerminPlatnosci", due),
            *(() if settled else _form(payment)),
            ("RachunekBankowyFaktora" if model["payee"] else "RachunekBankowy", _account(model)),
        ],
    )


def _paid(model: Facts) -> Iterable[Node]:
    payment = model["payment"]
    if payment["paid_on"]:
        yield from (("Zaplacono", "1"), ("DataZaplaty", str(payment["paid_on"])))
    elif payment["parts"]:
        yield ("ZnacznikZaplatyCzesciowej", "1" if model["payable"]["amount"] else "2")
    for part in payment["parts"]:
        yield (
            "ZaplataCzesciowa",
            [
                ("KwotaZaplatyCzesciowej", money(part["amount"])),
                ("DataZaplatyCzesciowej", str(part["paid_on"])),
                *_form(part),
            ],
        )


def _form(paid: Facts) -> Iterable[Node]:
    code = _FORMS.get(paid["form"])
    if code:
        yield ("FormaPlatnosci", code)
    else:
        yield from (("PlatnoscInna", "1"), ("OpisPlatnosci", paid["description"]))


def _account(model: Facts) -> Iterable[Node]:
    """Where a transfer goes while anything is to be paid."""
    account = model["payment"]["account"]
    if account and model["payment"]["form"] == TRANSFER and model["payable"]["amount"] > 0:
        domestic = account["iban"].startswith("PL") and model["currency"] == "PLN"
        yield ("NrRB", account["iban"].removeprefix("PL") if domestic else account["iban"])
        yield from (("SWIFT", account["bic"]), ("NazwaBanku", account["bank"]))
