"""Changing rulesets: drafts, submission, approval by another person, withdrawal."""

from __future__ import annotations

from typing import Any

from flask import Blueprint as FlaskBlueprint
from flask import Response, url_for

from api.access.authorization import principal, require
from api.ports import Services
from api.v1.drafting import BODY, ETAG, IDEMPOTENCY_KEY, IF_MATCH, answer, document_text, edition_read, once, shown
from api.v1.operation import blueprint, operation
from api.v1.rulesets import VERSION
from api.v1.schemas.rulesets import Approval, DraftQuery, Version, Withdrawal
from engine.ports import Transaction


def ruleset_changes(services: Services) -> FlaskBlueprint:
    """Writing routes under /v1/rulesets. Who writes is the owner of the key."""
    group = blueprint("ruleset-changes", "The life of a ruleset version: draft, submitted, approved, withdrawn.")
    library = services.rulesets

    @operation(
        group,
        "POST",
        "/rulesets/<ruleset:ruleset>/versions",
        scope="rulesets:write",
        query=DraftQuery,
        answer=Version,
        status=201,
        headers=ETAG | {"Location": {"schema": {"type": "string"}}},
        requestBody=BODY,
        request_headers=[IDEMPOTENCY_KEY],
    )
    def create_draft(ruleset: str, query: dict[str, Any]) -> Response:
        """Keep a document as a new draft, written by the key's owner."""
        text = document_text()
        author, reason = principal().owner, query.get("reason")

        def draft(connection: Transaction | None) -> dict[str, Any]:
            return shown(library.draft(ruleset, text, actor=author, reason=reason, connection=connection))

        made = once(services, {"draft": ruleset, "text": text, "reason": reason}, draft)
        response = answer(made, 201)
        response.headers["Location"] = url_for("rulesets.read_version", ruleset=ruleset, number=made["number"])
        return response

    @operation(
        group,
        "PUT",
        VERSION,
        scope="rulesets:write",
        query=DraftQuery,
        answer=Version,
        headers=ETAG,
        requestBody=BODY,
        request_headers=[IF_MATCH],
    )
    def edit_draft(ruleset: str, number: int, query: dict[str, Any]) -> Response:
        """Replace the text of a draft."""
        edition = edition_read(library.store.get(ruleset, number))
        text = document_text()
        changed = library.edit(
            ruleset, number, text, edition=edition, actor=principal().owner, reason=query.get("reason")
        )
        return answer(shown(changed))

    @operation(group, "POST", f"{VERSION}/submit", scope="rulesets:write", answer=Version, headers=ETAG)
    def submit_draft(ruleset: str, number: int) -> Response:
        """Freeze a draft under its content hash and ask for approval; every check must be green."""
        return answer(shown(library.submit(ruleset, number, actor=principal().owner)))

    @operation(
        group, "POST", f"{VERSION}/approve", scope="rulesets:approve", body=Approval, answer=Version, headers=ETAG
    )
    def approve_version(ruleset: str, number: int, body: dict[str, Any]) -> Response:
        """Let a version of others decide from a day on; the version before it ends there.

        Its authors and submitters may not approve it. A version that follows another takes effect today at the
        earliest; the first of a ruleset may take effect earlier.
        """
        approved = library.approve(
            ruleset,
            number,
            actor=principal().owner,
            content_hash=body["version"],
            effective_from=body["effective_from"],
        )
        return answer(shown(approved))

    @operation(
        group, "POST", f"{VERSION}/withdraw", scope="rulesets:write", body=Withdrawal, answer=Version, headers=ETAG
    )
    def withdraw_version(ruleset: str, number: int, body: dict[str, Any]) -> Response:
        """Give a draft or submitted version up; or, with the scope rulesets:approve, end an approved one today."""
        current = library.store.get(ruleset, number)
        if current.status == "approved":
            require("rulesets:approve")
        withdrawn = library.withdraw(
            ruleset, number, actor=principal().owner, reason=body["reason"], edition=current.edition
        )
        return answer(shown(withdrawn))

    return group
