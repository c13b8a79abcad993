"""When a document of the books is one that we issued: then the books count, and ours does not count a second time."""

from __future__ import annotations

from typing import Final

#: Kinds that are claims on the customer, or change one -> what the books call them.
BOOKED_AS: Final = {
    "vat_invoice": "invoice",
    "margin_invoice": "invoice",
    "advance_invoice": "invoice",
    "final_invoice": "invoice",
    "correcting_invoice": "correction",
    "interest_note": "interest_note",
    "compensation_note": "debit_note",
}
#: What counts as sales in the books: proformas and notes do not.
SALES_KINDS: Final = ("invoice", "receipt", "correction")
#: What of it we issue.
ISSUED_SALES: Final = tuple(kind for kind, booked in BOOKED_AS.items() if booked in SALES_KINDS)


def listed(values: tuple[str, ...]) -> str:
    """SQL for a list of words of this house."""
    return ", ".join(f"'{value}'" for value in values)


def booked_kind(issued: str) -> str:
    """SQL for what the books call an issued document; null for one that is no claim."""
    cases = " ".join(f"when '{kind}' then '{booked}'" for kind, booked in BOOKED_AS.items())
    return f"case {issued}.kind {cases} end"


def same_document(issued: str, document: str) -> str:
    """SQL for 'this version of a document of the books is that issued document'.

    Number and customer are the same, and it is not dated before ours: an older document under our number is another
    one, from before Monitum counted. Companies code their documents in their own way, so the kind decides only where
    documents of two kinds were issued to the customer under one number. A proforma of the books is never a claim.
    """
    return f"""
        {document}.source = {issued}.source and {document}.customer_key = {issued}.customer_key
        and btrim({document}.number) = {issued}.number and {document}.issue_date >= {issued}.issue_date
        and {document}.kind <> 'proforma'
        and ({document}.kind = {booked_kind(issued)} or not exists (
            select from issued_document twin
            where twin.source = {issued}.source and twin.customer_key = {issued}.customer_key
              and twin.number = {issued}.number and twin.kind <> {issued}.kind
              and twin.kind in ({listed(tuple(BOOKED_AS))})))"""


def owed(issued: str) -> str:
    """SQL for the minor units an issued document asks for: without what it says was paid before."""
    return f"{issued}.payable_minor"


def unbooked(issued: str, believed: str) -> str:
    """SQL for 'issued by :known_at, and no document of the books that was `believed` then (alias d) is it'."""
    return f"""{issued}.issued_at <= :known_at
        and not exists (select from document d where {believed} and {same_document(issued, "d")})"""
