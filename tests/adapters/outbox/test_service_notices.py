"""Where the ruleset asks for it, the customer gets a notice of his own when services stop and when they run again."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import text

from rules.language.loader import load_ruleset
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DEBT, NOTICE, PAID, SOURCE, SUSPENSION, Installation

B2B = Path(__file__).parents[3] / "rules" / "pl" / "b2b.yaml"


@pytest.fixture
def telling(house: Installation) -> Installation:
    """The shipped ruleset, but the customer is told too."""
    body = B2B.read_text("utf-8").replace("notify: [account_manager]", "notify: [account_manager, customer]")
    ruleset = load_ruleset(body)
    library = house.system.rules.library
    draft = library.draft(ruleset.id, body, actor="anna", reason="tell the customer")
    library.submit(ruleset.id, draft.number, actor="anna")
    library.approve(
        ruleset.id, draft.number, actor="bogdan", content_hash=ruleset.version, effective_from=date(2026, 1, 8)
    )
    return house


def _to_customer(inbox: Inbox) -> list[str]:
    messages = [message_from_bytes(envelope.content, policy=default) for envelope in inbox.kept]
    return [str(message["Subject"]) for message in messages if "a@customers.example" in str(message["To"])]


def test_the_customer_is_told_of_suspension_and_resumption(telling: Installation, inbox: Inbox) -> None:
    telling.day(NOTICE, DEBT)
    telling.deliver(NOTICE)
    telling.day(SUSPENSION)
    telling.deliver(SUSPENSION)
    telling.day(SUSPENSION, PAID)
    telling.deliver(SUSPENSION)
    assert telling.states("kind in ('suspend', 'reinstate') and channel = 'email'") == ["done", "done"]
    subjects = _to_customer(inbox)
    assert subjects[-2:] == ["Zawiadomienie o wstrzymaniu usług", "Zawiadomienie o wznowieniu usług"]


def test_a_notice_of_suspension_counts_as_a_contact(telling: Installation, inbox: Inbox) -> None:
    telling.day(NOTICE, DEBT)
    telling.deliver(NOTICE)
    telling.day(SUSPENSION)
    telling.deliver(SUSPENSION)
    rulesets = telling.system.rules.library.effective(SUSPENSION)
    case = telling.system.books.facts.case(SOURCE, "A", SUSPENSION, rulesets[0])
    assert case.customer.facts["days_since_contact"] == 0


def test_who_is_not_asked_for_is_not_told(house: Installation, inbox: Inbox) -> None:
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    house.day(SUSPENSION)
    house.deliver(SUSPENSION)
    with house.system.database.engine.connect() as connection:
        channels = connection.execute(text("select channel from action where kind = 'suspend' order by 1")).scalars()
        assert list(channels) == ["internal"]
