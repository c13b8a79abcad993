"""Entries: their bytes, what they refuse, and what they hide."""

from __future__ import annotations

import enum
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from archive.entries.canonical import INTEGER_LIMIT, canonical
from archive.entries.entry import MAX_BODY, NewEntry, decode, encode, microseconds, moment, open_personal
from archive.entries.kinds import KINDS, label
from archive.errors import EntryInvalid, KeyUnusable
from archive.keys.subject_keys import SubjectKey

AT = datetime(2026, 3, 2, 9, 0, 0, 123457, tzinfo=UTC)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_LIMIT, INTEGER_LIMIT) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def new(**changes: Any) -> NewEntry:
    return NewEntry(
        **{"kind": "run:started", "case": "run:1", "at": AT, "actor": "monitum", "role": "engine", **changes}
    )


@given(PLAIN)
def test_canonical_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical(value, field="x") == rfc8785.dumps(value)  # type: ignore[arg-type]  # the strategy makes JSON only


def test_keys_are_in_utf_16_order_whatever_their_alphabet() -> None:
    value = {"\U0001f600": 1, "\ufb33": 2, "ż": 3, "z": 4, "": 5}
    assert canonical(value, field="x") == rfc8785.dumps(value)
    assert canonical(MappingProxyType(value), field="x") == rfc8785.dumps(value)


def test_subclasses_of_plain_types_are_written_as_their_values() -> None:
    class Word(enum.StrEnum):
        DONE = "done"

    class Number(enum.IntEnum):
        TWO = 2

    assert canonical({"w": Word.DONE, "n": Number.TWO, "t": (1,)}, field="x") == b'{"n":2,"t":[1],"w":"done"}'


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), Decimal(1), date(2026, 1, 1), AT, b"x", {1}, 2**53, -(2**53), "\ud800", {"\ud800": 1}, {1: 2}],
)
def test_what_json_cannot_hold_exactly_is_refused_naming_the_place(value: object) -> None:
    with pytest.raises(EntryInvalid, match=r"data(\.deep\[1\])?'") as raised:
        canonical({"deep": [0, value]}, field="data")
    assert raised.value.field.startswith("data")


def test_a_float_anywhere_in_an_entry_is_refused() -> None:
    with pytest.raises(EntryInvalid, match=r"entry\.data\.rate"):
        encode(new(public={"rate": 0.5}), None)
    with pytest.raises(EntryInvalid, match=r"personal\.data\.rate"):
        encode(new(subject="pl:1", personal={"rate": 0.5}), SubjectKey.new())


def test_the_body_holds_what_is_given_and_leaves_out_what_is_absent() -> None:
    body = encode(new(reason="clause 4", public={"items": 3}, documents={"ab" * 32: "message/rfc822"}), None)
    assert json.loads(body) == {
        "v": 1,
        "kind": "run:started",
        "case": "run:1",
        "actor": "monitum",
        "role": "engine",
        "reason": "clause 4",
        "at": 1772442000123457,
        "data": {"items": 3},
        "documents": {"ab" * 32: "message/rfc822"},
    }
    assert body == rfc8785.dumps(json.loads(body))
    assert decode(body)["at"] == 1772442000123457


def test_the_personal_part_opens_with_its_key_only() -> None:
    key = SubjectKey.new()
    body = encode(new(subject="pl:C1", personal={"name": "Żółć"}, action="C1:remind:1"), key)
    assert "Żółć".encode() not in body
    assert b"C1:" not in body  # base64 has no colon
    fields = decode(body)
    personal = open_personal(fields, key)
    assert (personal.action, personal.data) == ("C1:remind:1", {"name": "Żółć"})
    with pytest.raises(KeyUnusable):
        open_personal(fields, SubjectKey.new())
    with pytest.raises(KeyUnusable):
        open_personal(fields, SubjectKey.of(key.ref, bytes(32)))


def test_intent_and_outcome_of_one_action_are_recognizable_without_the_key() -> None:
    key, other = SubjectKey.new(), SubjectKey.new()
    first, second, stranger = (
        decode(encode(new(kind=kind, subject="pl:C1", action=action), of))
        for kind, action, of in (("action:intended", "a", key), ("action:done", "a", key), ("action:done", "a", other))
    )
    assert first["action_mac"] == second["action_mac"] != stranger["action_mac"]
    assert first["enc"] != second["enc"]


def test_an_action_about_nobody_keeps_its_key_readable() -> None:
    assert decode(encode(new(action="source:pl"), None))["action"] == "source:pl"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "run:exploded"}, "kind"),
        ({"at": datetime(2026, 1, 1)}, "at"),  # noqa: DTZ001  the naive moment is the case
        ({"personal": {}}, "subject"),
        ({"documents": {"AB" * 32: "text/plain"}}, "documents"),
        ({"documents": {"ab": "text/plain"}}, "documents"),
        ({"public": {"text": "x" * MAX_BODY}}, "data"),
    ],
)
def test_a_bad_entry_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(EntryInvalid) as raised:
        encode(new(**changes), None)
    assert raised.value.field == field


def test_an_entry_of_exactly_the_longest_length_is_taken() -> None:
    empty = len(encode(new(public={"text": ""}), None))
    assert len(encode(new(public={"text": "x" * (MAX_BODY - empty)}), None)) == MAX_BODY
    with pytest.raises(EntryInvalid):
        encode(new(public={"text": "x" * (MAX_BODY - empty + 1)}), None)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])))
def test_moments_keep_every_microsecond(at: datetime) -> None:
    assert moment(microseconds(at)) == at


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"v":2}', b"\xff"])
def test_bytes_that_are_no_entry_are_refused(body: bytes) -> None:
    with pytest.raises(EntryInvalid):
        decode(body)


def test_every_kind_has_words_in_both_languages() -> None:
    for kind, words in KINDS.items():
        subject, _, action = kind.partition(":")
        assert subject
        assert action
        assert set(words) == {"pl", "en"}
        assert label(kind, "pl") != label(kind, "en") == label(kind, "de")
