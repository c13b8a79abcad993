"""Documents over the API: issued once for a key, listed in any order, downloaded as they left."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from adapters.database import tables
from tests.api.conftest import NOW, Installation

_KEYS = itertools.count()
LINES = [{"description": "Usługa", "quantity": 1, "price": "100.00", "rate": 23}]
MODEL = {"currency": "PLN", "lines": LINES, "payment": {"due_date": "2026-03-16"}}


def buy(house: Installation, *keys: str) -> None:
    """Let the books of 'demo' have customers who may be sent invoices."""
    with house.engine.begin() as connection:
        for key in keys:
            connection.execute(
                tables.customer.insert().values(
                    source="demo",
                    key=key,
                    name=f"Odbiorca {key}",
                    kind="business",
                    tax_id="7740001454",
                    language="pl",
                    country="PL",
                    address="ul. Krzywa 2, 30-001 Kraków",
                    dunning_allowed=True,
                    digest="x",
                    recorded_from=NOW,
                )
            )


@pytest.fixture
def customer(shared: Installation) -> str:
    """A customer of its own for every test."""
    key = f"Z{next(_KEYS)}"
    buy(shared, key)
    return key


def order(client: FlaskClient, customer: str, key: str | None = None, **body: Any) -> TestResponse:
    """Ask for an invoice over 123.00 PLN."""
    sent = {"kind": "vat_invoice", "model": MODEL, **body}
    headers = {"Idempotency-Key": key or f"key-{next(_KEYS)}"}
    return client.post(f"/v1/customers/{customer}/documents", json=sent, headers=headers)


def issued(client: FlaskClient, customer: str, **body: Any) -> Any:
    answer = order(client, customer, **body)
    assert answer.status_code == 201, answer.text
    return answer.json


def listed(client: FlaskClient, query: str) -> list[int]:
    answer = client.get(f"/v1/documents?{query}")
    assert answer.status_code == 200, answer.text
    return [document["id"] for document in answer.json["documents"]]


def test_a_document_is_issued_and_found_where_it_says(asking: FlaskClient, customer: str) -> None:
    answer = order(asking, customer)
    assert answer.status_code == 201, answer.text
    document = answer.json
    assert (document["gross"], document["issued_by"], document["customer_key"]) == ("123.00", "anna", customer)
    assert document["number"].startswith("FV/")
    assert document["settlement"] == {
        "state": "unbilled",
        "open": "123.00",
        "currency": "PLN",
        "booked": None,
        "mismatch": False,
        "vanished": False,
        "synced_at": None,
        "days_overdue": 0,
    }
    found = asking.get(answer.headers["Location"])
    assert found.json == {**document, "history": []}


def test_the_same_request_again_is_answered_with_the_same_document(asking: FlaskClient, customer: str) -> None:
    first, again = order(asking, customer, "once"), order(asking, customer, "once")
    assert (again.status_code, again.data, again.headers["Location"]) == (201, first.data, first.headers["Location"])
    assert listed(asking, f"customer={customer}") == [first.json["id"]]


def test_the_key_with_another_body_is_refused(asking: FlaskClient, customer: str) -> None:
    order(asking, customer, "twice")
    other = order(asking, customer, "twice", language="en")
    assert (other.status_code, other.json["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert len(listed(asking, f"customer={customer}")) == 1


def test_without_a_key_nothing_is_issued(asking: FlaskClient, customer: str) -> None:
    answer = asking.post(f"/v1/customers/{customer}/documents", json={"kind": "vat_invoice", "model": MODEL})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (428, "Idempotency-Key")
    assert listed(asking, f"customer={customer}") == []


def test_a_refused_request_leaves_its_key_unused(asking: FlaskClient, customer: str) -> None:
    assert order(asking, customer, "again", model={**MODEL, "lines": []}).status_code == 422
    assert order(asking, customer, "again").status_code == 201


def test_a_hundred_at_once_with_one_key_are_one_document(shared: Installation, customer: str) -> None:
    token = shared.key("anna")

    def post(_: int) -> TestResponse:
        client = shared.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return order(client, customer, "stampede")

    with ThreadPoolExecutor(100) as threads:
        answers = list(threads.map(post, range(100)))
    assert Counter(answer.status_code for answer in answers) == {201: 100}
    assert len({answer.data for answer in answers}) == 1
    with shared.engine.connect() as connection:
        count = text("select count(*), max(ordinal) from issued_document where customer_key = :key")
        assert connection.execute(count, {"key": customer}).one()[0] == 1
        gaps = text(
            "select count(*) = max(ordinal) from issued_document where kind = 'vat_invoice' and source = 'demo'"
        )
        assert connection.scalar(gaps)


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ({"lines": [{**LINES[0], "rate": 19}]}, "model.lines.0.rate"),
        ({"lines": [{**LINES[0], "price": 2.5}]}, "model.lines.0.price"),
        ({"expected": {"gross": "1.00"}}, "model.expected.gross"),
        ({"number": "FV/1"}, "model.number"),
        ({"colour": "red"}, "model.colour"),
        ({"issue_date": "2026-03-03"}, "model.issue_date"),
    ],
)
def test_what_is_wrong_in_the_model_is_named(asking: FlaskClient, customer: str, model: Any, field: str) -> None:
    answer = order(asking, customer, model={**MODEL, **model})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert listed(asking, f"customer={customer}") == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"kind": "reminder"}, 422, "kind"),
        ({"series": "krk"}, 422, "series"),
        ({"language": "fr"}, 422, "language"),
        ({"model": []}, 422, "model"),
        ({"gross": "1.00"}, 422, "gross"),
    ],
)
def test_what_is_wrong_in_the_order_is_named(
    asking: FlaskClient, customer: str, body: Any, status: int, field: str
) -> None:
    answer = order(asking, customer, **body)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (status, field)


def test_a_rule_that_forbids_is_named(asking: FlaskClient, customer: str) -> None:
    note = {
        "invoice": {"number": "FS/31", "issue_date": "2026-01-09"},
        "particulars": [{"name": "Adres", "was": "Prosta 2", "should_be": "Prosta 1"}],
    }
    answer = order(asking, customer, kind="correcting_note", model=note)
    assert (answer.status_code, answer.json["code"]) == (409, "issue_refused")
    assert answer.json["rule"] == "pl.correcting_note.abolished"


def test_a_missing_rate_is_told(asking: FlaskClient, customer: str) -> None:
    answer = order(asking, customer, model={**MODEL, "currency": "JPY"})
    assert (answer.status_code, answer.json["code"]) == (409, "rate_missing")


def test_unknown_customers_and_documents_are_not_found(asking: FlaskClient, customer: str) -> None:
    assert order(asking, "nobody").status_code == 404
    assert order(asking, customer, source="elsewhere").status_code == 404
    assert order(asking, "K1").status_code == 409
    assert asking.get("/v1/documents/999999").status_code == 404
    assert asking.get("/v1/documents/999999.pdf").status_code == 404
    assert asking.get(f"/v1/documents/{2**63}").status_code == 404


def test_reading_and_issuing_need_their_scopes(shared: Installation, customer: str) -> None:
    reader, writer = shared.client("r", "documents:read"), shared.client("w", "documents:write")
    assert order(reader, customer).status_code == 403
    document = issued(writer, customer)
    assert writer.get("/v1/documents").status_code == 403
    assert writer.get(f"/v1/documents/{document['id']}.pdf").status_code == 403
    assert reader.get(f"/v1/documents/{document['id']}").status_code == 200


@pytest.mark.parametrize(
    ("part", "media", "begins"),
    [("pdf", "application/pdf", b"%PDF"), ("xml", "application/xml", b"<?xml"), ("json", "application/json", b"{")],
)
def test_its_parts_are_downloaded_with_their_hash_as_tag(
    asking: FlaskClient, customer: str, part: str, media: str, begins: bytes
) -> None:
    document = issued(asking, customer)
    answer = asking.get(f"/v1/documents/{document['id']}.{part}")
    assert (answer.status_code, answer.mimetype) == (200, media)
    assert answer.data.startswith(begins)
    assert answer.headers["ETag"] == f'"{document[f"{part}_sha256"]}"' == f'"{sha256(answer.data).hexdigest()}"'
    number = document["number"].replace("/", "-")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="vat_invoice-{number}.{part}"'
    same = asking.get(f"/v1/documents/{document['id']}.{part}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")


def test_a_part_it_does_not_have_is_not_found(asking: FlaskClient, customer: str) -> None:
    document = issued(asking, customer, kind="proforma")
    assert document["settlement"] is None
    assert asking.get(f"/v1/documents/{document['id']}.xml").status_code == 404
    assert asking.get(f"/v1/documents/{document['id']}.txt").status_code == 404


def test_the_record_has_a_tag_that_changes_with_its_settlement(
    shared: Installation, asking: FlaskClient, customer: str
) -> None:
    document = issued(asking, customer)
    url = f"/v1/documents/{document['id']}"
    tag = asking.get(url).headers["ETag"]
    assert asking.get(url, headers={"If-None-Match": tag}).status_code == 304
    settle(shared, document["id"], "partly", 2300)
    changed = asking.get(url, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert [step["state"] for step in changed.json["history"]] == ["partly"]
    assert changed.json["settlement"]["open"] == "23.00"
    assert changed.json["settlement"]["booked"] == {"key": "D", "currency": "PLN", "net": None, "gross": "123.00"}


def settle(house: Installation, document: int, state: str, open_minor: int) -> None:
    """Note a settlement, as a sync does (tests/adapters/database/documents/test_settlement.py)."""
    with house.engine.begin() as connection:
        connection.execute(
            tables.document_settlement.insert().values(
                document_id=document,
                state=state,
                open_minor=open_minor,
                booked_key="D",
                currency="PLN",
                booked_gross_minor=12300,
                mismatch=False,
                vanished=False,
                synced_at=NOW,
                entry_id=1,
            )
        )


def test_documents_are_filtered_by_everything_that_is_shown(
    shared: Installation, asking: FlaskClient, customer: str
) -> None:
    late = issued(asking, customer, model={**MODEL, "issue_date": "2026-02-02", "payment": {"due_date": "2026-02-16"}})
    paid, offer = issued(asking, customer), issued(asking, customer, kind="proforma")
    euro = issued(
        asking,
        customer,
        model={
            **MODEL,
            "currency": "EUR",
            "seller": {
                "name": "D",
                "address": "A 1, 00-001 Warszawa",
                "tax_id": "1234563218",
                "accounts": [{"iban": "PL27114020040000300201355387"}],
            },
        },
    )
    settle(shared, late["id"], "unpaid", 12300)
    settle(shared, paid["id"], "paid", 0)
    mine = f"customer={customer}&"
    for query, expected in (
        ("", [late, paid, offer, euro]),
        ("kind=proforma", [offer]),
        ("state=unpaid", [late]),
        ("state=paid", [paid]),
        ("state=unbilled", [euro]),
        ("state=partly", []),
        ("overdue=true", [late]),
        ("currency=EUR", [euro]),
        ("overdue=false", [paid, offer, euro]),
        ("issued_from=2026-02-03", [paid, offer, euro]),
        ("issued_to=2026-02-02", [late]),
        ("due_from=2026-03-16&due_to=2026-03-16", [paid, offer, euro]),
        ("due_to=2026-03-15", [late]),
        ("due_from=2026-03-17", []),
        ("number=pro/", [offer]),
        (f"number={paid['number'].lower()}", [paid]),
        ("source=other", []),
    ):
        assert set(listed(asking, mine + query)) == {document["id"] for document in expected}, query
    found = asking.get(f"/v1/documents?{mine}overdue=true").json["documents"][0]["settlement"]
    assert (found["days_overdue"], found["open"]) == (14, "123.00")


def test_every_order_pages_through_all_without_a_repetition(
    shared: Installation, asking: FlaskClient, customer: str
) -> None:
    documents = [
        issued(
            asking,
            customer,
            model={**MODEL, "lines": [{**LINES[0], "price": price}], "issue_date": day, "payment": {"due_date": due}},
        )
        for price, day, due in (
            ("10.00", "2026-02-02", "2026-02-20"),
            ("9.00", "2026-02-03", "2026-02-19"),
            ("100.00", "2026-02-01", "2026-02-21"),
        )
    ]
    settle(shared, documents[2]["id"], "partly", 1)
    letter = issued(
        asking,
        customer,
        kind="correction_request",
        model={
            "invoice": {"number": "FS/31", "issue_date": "2026-01-09"},
            "reason": "zwrot",
            "particulars": [{"name": "Adres", "was": "Prosta 2", "should_be": "Prosta 1"}],
        },
    )
    values: dict[str, Callable[[Any], Any]] = {
        "issue_date": lambda document: document["issue_date"],
        "due_date": lambda document: document["due_date"],
        "gross": lambda document: document["gross"] and Decimal(document["gross"]),
        "open": lambda document: document["settlement"] and Decimal(document["settlement"]["open"]),
    }
    for sort, value in values.items():
        for direction in ("asc", "desc"):
            seen = pages(asking, f"customer={customer}&sort={sort}&direction={direction}&limit=1")
            assert len({document["id"] for document in seen}) == len(seen) == 4
            told = [value(document) for document in seen if value(document) is not None]
            assert told == sorted(told, reverse=direction == "desc"), sort
            assert sort == "issue_date" or seen[-1]["id"] == letter["id"]


def pages(client: FlaskClient, query: str, between: Callable[[], object] = lambda: None) -> list[Any]:
    """Every document of a list, page by page; something happens between pages."""
    seen, after = [], ""
    while True:
        answer = client.get(f"/v1/documents?{query}{after}")
        assert answer.status_code == 200, answer.text
        seen += answer.json["documents"]
        if answer.json["next"] is None:
            return seen
        after = f"&after={answer.json['next']}"
        between()


def test_documents_issued_while_somebody_pages_repeat_and_hide_none(asking: FlaskClient, customer: str) -> None:
    before = [issued(asking, customer)["id"] for _ in range(3)]
    seen = [
        document["id"]
        for document in pages(asking, f"customer={customer}&limit=1", between=lambda: issued(asking, customer))
    ]
    assert seen == before[::-1]


def test_a_cursor_of_another_order_or_of_nobody_is_refused(asking: FlaskClient, customer: str) -> None:
    for _ in range(2):
        issued(asking, customer)
    cursor = asking.get(f"/v1/documents?customer={customer}&limit=1").json["next"]
    for query in (f"sort=gross&after={cursor}", f"direction=asc&after={cursor}", "after=abc", "after=WyJhIiwxXQ"):
        answer = asking.get(f"/v1/documents?{query}")
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "after"), query


def test_what_is_issued_is_in_the_finances_at_once(asking: FlaskClient, customer: str) -> None:
    document = issued(asking, customer)
    money = asking.get(f"/v1/customers/{customer}/finances").json
    assert (money["turnover"]["net"], money["debt"]["total"]) == ("100.00", "123.00")
    assert [(item["document"], item["booked"]) for item in money["open_items"]] == [(document["number"], False)]
