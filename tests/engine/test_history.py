"""What was done before, as facts."""

from __future__ import annotations

from engine.history import stage_facts, with_history
from tests.engine.building import AS_OF, STAGES, case, days_ago, item


def test_the_stage_is_the_highest_sent_and_its_days_count_from_the_last_sending() -> None:
    sent = (("reminder", days_ago(20)), ("demand", days_ago(5)))
    assert stage_facts(sent, STAGES, AS_OF) == {"stage": "demand", "days_in_stage": 5}
    assert stage_facts((), STAGES, AS_OF) == {"stage": None, "days_in_stage": None}
    assert stage_facts((("old", AS_OF),), STAGES, AS_OF) == {"stage": None, "days_in_stage": None}


def test_a_notice_counts_while_its_item_is_overdue_from_the_earliest() -> None:
    built = case(item("a", 30), item("b", 5), item("c", -2))
    told = with_history(
        built, STAGES,
        sent={"a": (("demand", days_ago(9)),), "b": (("demand", days_ago(3)),), "c": (("demand", days_ago(40)),)},
        pending_items={"b": "final"}, pending=("suspend",), notified={"r": AS_OF}, last_contact=days_ago(3),
    )  # fmt: skip
    for snapshot in (told.customer, *told.items):
        assert snapshot.facts["notice_delivered"] is True
        assert snapshot.facts["days_since_notice"] == 9
        assert snapshot.facts["days_since_contact"] == 3
    assert [snapshot.facts["stage"] for snapshot in told.items] == ["demand"] * 3
    assert [line.pending for line in told.lines] == [None, "final", None]
    assert (told.pending, told.notified) == (("suspend",), {"r": AS_OF})


def test_a_notice_for_what_is_not_overdue_is_no_notice() -> None:
    told = with_history(
        case(item("c", 0)), STAGES, sent={"c": (("demand", days_ago(4)),)}, pending_items={}, pending=(), notified={},
        last_contact=None,
    )  # fmt: skip
    assert told.customer.facts["notice_delivered"] is False
    assert told.customer.facts["days_since_notice"] is None
    assert told.customer.facts["days_since_contact"] is None


def test_history_replaces_what_lines_said_before() -> None:
    before = case(item("a", 30, sent=(("reminder", days_ago(1)),), pending="demand"), ladder=STAGES)
    assert before.items[0].facts["stage"] == "reminder"
    after = with_history(before, STAGES, sent={}, pending_items={}, pending=(), notified={}, last_contact=None)
    assert (after.lines[0].sent, after.lines[0].pending, after.items[0].facts["stage"]) == ((), None, None)
