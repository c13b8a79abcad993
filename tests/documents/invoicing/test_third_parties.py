"""Who else an invoice is about: the rules between buyer, units, factor and further buyers; FA(3), UBL and page."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from marshmallow import ValidationError

from documents.catalogue import kind_of
from documents.einvoice.electronic import electronic_form
from documents.einvoice.ubl import ubl_xml
from documents.identifiers import internal_id
from documents.invoicing.third_parties import ROLES
from documents.kinds.vat_invoice.model import InvoiceSchema
from documents.layout.composition import compose
from documents.layout.rendering import render
from documents.model import CheckedModel
from engine.errors import InvalidInput
from tests.documents.conftest import put
from tests.documents.einvoice.ubl_models import invoice as abroad

_SCHOOL = {"name": "Szkoła Podstawowa nr 1", "address": "ul. Szkolna 3, 18-400 Łomża", "tax_id": "5252344078"}
_FACTOR = {"role": "factor", "name": "Faktor S.A.", "address": "ul. Bankowa 1, 00-001 Warszawa", "tax_id": "5260250274"}
_ACCOUNT = {"iban": "PL27114020040000300201355387", "currency": "PLN"}


def _with(invoice: dict[str, Any], *parties: dict[str, Any], **buyer: object) -> CheckedModel:
    changed = {**invoice, "buyer": {**invoice["buyer"], **buyer}, "third_parties": list(parties)}
    return CheckedModel(InvoiceSchema, changed)


def _texts(model: CheckedModel, *paths: str) -> list[str | None]:
    root = etree.fromstring(electronic_form(model))
    return [root.findtext("/".join(f"{{*}}{name}" for name in path.split("/"))) for path in paths]


@pytest.mark.parametrize(
    ("role", "number", "flags"),
    [
        ("local_government_recipient", "8", ["1", "2"]),
        ("vat_group_recipient", "10", ["2", "1"]),
        ("recipient", "2", ["2", "2"]),
        ("local_government_issuer", "7", ["2", "2"]),
        ("vat_group_issuer", "9", ["2", "2"]),
    ],
)
def test_the_flags_of_the_buyer_follow_from_the_roles(
    invoice: dict[str, Any], role: str, number: str, flags: list[str]
) -> None:
    for written in (role, number, int(number)):
        model = _with(invoice, {"role": written, **_SCHOOL})
        paths = "Podmiot3/Rola", "Podmiot3/DaneIdentyfikacyjne/NIP", "Podmiot2/JST", "Podmiot2/GV"
        assert _texts(model, *paths) == [number, "5252344078", *flags]


def test_flags_that_agree_may_be_said(invoice: dict[str, Any]) -> None:
    units = [{"role": "8", **_SCHOOL}, {"role": "10", **_SCHOOL}]
    assert _texts(_with(invoice, *units, jst=True, gv=True), "Podmiot2/JST", "Podmiot2/GV") == ["1", "1"]
    assert _texts(_with(invoice, jst=False, gv=False), "Podmiot2/JST", "Podmiot2/GV") == ["2", "2"]


def test_a_unit_may_be_known_by_its_internal_identifier(invoice: dict[str, Any]) -> None:
    unit = {"role": "8", "name": "Szkoła", "internal_id": "7740001454-00015"}
    assert _texts(_with(invoice, unit), "Podmiot3/DaneIdentyfikacyjne/IDWew") == ["7740001454-00015"]


def test_the_last_digit_of_an_internal_identifier_checks_the_others() -> None:
    assert internal_id(" 6824515772-12343 ") == "6824515772-12343"  # worked out in the ministry's own example
    for wrong in ("6824515772-12344", "6824515773-12343", "6824515772-1234", "682451577212343", "x"):
        with pytest.raises(ValidationError):
            internal_id(wrong)


@pytest.mark.parametrize(
    ("party", "elements"),
    [
        ({"country": "DE", "tax_id": "DE136695976"}, {"KodUE": "DE", "NrVatUE": "136695976"}),
        ({"country": "US", "tax_id": "91-1144442"}, {"KodKraju": "US", "NrID": "911144442"}),
        ({"role": "employee", "tax_id": None}, {"BrakID": "1"}),
    ],
)
def test_a_third_party_is_named_by_what_it_has(
    invoice: dict[str, Any], party: dict[str, Any], elements: dict[str, str]
) -> None:
    model = _with(invoice, {"role": "payer", **_SCHOOL, **party})
    found = _texts(model, *(f"Podmiot3/DaneIdentyfikacyjne/{name}" for name in elements))
    assert found == list(elements.values())


def test_further_buyers_have_shares_and_another_role_is_described(invoice: dict[str, Any]) -> None:
    model = _with(
        invoice,
        {"role": "additional_buyer", **_SCHOOL, "share": "33.5", "key": "K-2"},
        {"role": "other", "role_description": "gwarant", "name": "Gwarant"},
    )
    paths = "Podmiot3/Rola", "Podmiot3/Udzial", "Podmiot3/NrKlienta", "Podmiot3/RolaInna", "Podmiot3/OpisRoli"
    root = etree.fromstring(electronic_form(model))
    assert [root.findtext("/".join(f"{{*}}{name}" for name in path.split("/"))) for path in paths] == [
        "4",
        "33.5",
        "K-2",
        "1",
        "gwarant",
    ]


def test_every_role_of_fa3_is_valid(invoice: dict[str, Any]) -> None:
    for role in ROLES:
        said = {"role_description": "gwarant"} if role == "other" else {}
        electronic_form(_with(invoice, {"role": role, **_SCHOOL, **said}))


def test_a_factor_with_an_account_is_the_one_to_pay(invoice: dict[str, Any]) -> None:
    invoice["lines"][0]["price"] = "1000"
    model = _with(invoice, {**_FACTOR, "account": _ACCOUNT})
    paths = "Fa/Platnosc/RachunekBankowyFaktora/NrRB", "Fa/Platnosc/RachunekBankowy/NrRB"
    assert _texts(model, *paths) == ["27114020040000300201355387", None]
    page = compose(kind_of("vat_invoice"), "pl", model)
    box = next(block for block in page["blocks"] if block["type"] == "box")
    assert ["Odbiorca", "Faktor S.A."] in box["pairs"]
    said = abroad(third_parties=[{**_FACTOR, "account": {"iban": _ACCOUNT["iban"], "currency": "EUR"}}])
    root = etree.fromstring(ubl_xml(CheckedModel(InvoiceSchema, said)))
    assert root.findtext("{*}PayeeParty/{*}PartyName/{*}Name") == "Faktor S.A."
    assert root.findtext("{*}PaymentMeans/{*}PayeeFinancialAccount/{*}ID") == _ACCOUNT["iban"]


def test_ubl_says_who_receives_and_names_the_others() -> None:
    said = abroad(third_parties=[{"role": "recipient", **_SCHOOL}, {"role": "payer", "name": "Płatnik"}])
    root = etree.fromstring(ubl_xml(CheckedModel(InvoiceSchema, said)))
    assert root.findtext("{*}Delivery/{*}DeliveryParty/{*}PartyName/{*}Name") == _SCHOOL["name"]
    assert root.findtext("{*}Note") == "dokonujący płatności: Płatnik"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("pl", "Jednostka samorządu terytorialnego – odbiorca"),
        ("en", "Local government unit – recipient"),
        ("de", "Kommunale Einheit – Empfänger"),
    ],
)
def test_the_page_and_the_mail_show_third_parties(invoice: dict[str, Any], language: str, title: str) -> None:
    unit = {"role": "8", **_SCHOOL}
    page = compose(kind_of("vat_invoice"), language, _with(invoice, unit))
    [[shown, lines]] = page["third_parties"]
    assert (shown, lines[0]) == (title, _SCHOOL["name"])
    assert "5252344078" in lines[-1]
    assert title in render("vat_invoice", language, {**invoice, "third_parties": [unit]}).text


@pytest.mark.parametrize(
    ("parties", "buyer", "field"),
    [
        ([], {"jst": True}, "third_parties"),
        ([], {"gv": True}, "third_parties"),
        ([{"role": "2", **_SCHOOL}], {"jst": True}, "third_parties"),
        ([{"role": "10", **_SCHOOL}], {"jst": True, "gv": True}, "third_parties"),
        ([{"role": "8", **_SCHOOL}], {"jst": False}, "buyer.jst"),
        ([{"role": "10", **_SCHOOL}], {"gv": False}, "buyer.gv"),
        ([{"role": "8", **_SCHOOL}], {"kind": "consumer", "tax_id": None}, "buyer.jst"),
        ([{"role": "10", **_SCHOOL}], {"country": "DE", "tax_id": "DE136695976"}, "buyer.gv"),
        ([{"role": "8", "name": "Szkoła"}], {}, "third_parties.0.tax_id"),
        ([{"role": "10", **_SCHOOL, "tax_id": "7740001454"}], {}, "third_parties.0.tax_id"),
        ([{"role": "8", **_SCHOOL, "country": "DE", "tax_id": "DE136695976"}], {}, "third_parties.0.country"),
        ([{"role": "2", **_SCHOOL, "internal_id": "7740001454-00015"}], {}, "third_parties.0.internal_id"),
        ([{"role": "2", "name": "x", "internal_id": "7740001454-00016"}], {}, "third_parties.0.internal_id"),
        ([{"role": "2", **_SCHOOL, "tax_id": "5252344079"}], {}, "third_parties.0.tax_id"),
        ([{"role": "12", **_SCHOOL}], {}, "third_parties.0.role"),
        ([{"role": "JST", **_SCHOOL}], {}, "third_parties.0.role"),
        ([_SCHOOL], {}, "third_parties.0.role"),
        ([{"role": "2"}], {}, "third_parties.0.name"),
        ([{"role": "other", "name": "x"}], {}, "third_parties.0.role_description"),
        ([{"role": "2", "name": "x", "role_description": "y"}], {}, "third_parties.0.role_description"),
        ([{"role": "2", "name": "x", "share": "10"}], {}, "third_parties.0.share"),
        ([{"role": "4", **_SCHOOL, "share": "0"}], {}, "third_parties.0.share"),
        ([{"role": "4", **_SCHOOL, "share": "60"}, {"role": "4", "name": "y"}], {}, "third_parties.1.share"),
        (
            [{"role": "4", "name": "x", "share": "60"}, {"role": "4", "name": "y", "share": "40"}],
            {},
            "third_parties.1.share",
        ),
        ([{"role": "6", "name": "x", "account": _ACCOUNT}], {}, "third_parties.0.account"),
        ([{**_FACTOR, "account": {**_ACCOUNT, "currency": "EUR"}}], {}, "third_parties.0.account"),
        ([{**_FACTOR, "account": _ACCOUNT}, {**_FACTOR, "account": _ACCOUNT}], {}, "third_parties.1.account"),
        ([{"role": "2", "name": "x"}] * 101, {}, "third_parties"),
    ],
)
def test_what_contradicts_itself_is_refused_with_the_field(
    invoice: dict[str, Any], parties: list[dict[str, Any]], buyer: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        _with(invoice, *parties, **buyer)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [("self_billing", True, "third_parties.0.role"), ("payment.account", _ACCOUNT, "payment.account")],
)
def test_the_rest_of_the_invoice_agrees_with_the_parties(
    invoice: dict[str, Any], path: str, value: object, field: str
) -> None:
    put(invoice, path, value)
    with pytest.raises(InvalidInput) as caught:
        _with(invoice, {"role": "issuer", **_SCHOOL}, {**_FACTOR, "account": _ACCOUNT})
    assert caught.value.field == field
