"""Addresses as people write them into one field."""

from __future__ import annotations

import pytest

from adapters.delivery.addresses import MOST, kept_addresses, mail_address, read_addresses
from engine.errors import InvalidInput


@pytest.mark.parametrize(
    ("written", "addresses"),
    [
        ("a@x.example", ["a@x.example"]),
        (" Jan.Nowak+fk@X.Example ", ["Jan.Nowak+fk@x.example"]),
        ("a@x.example; b@x.example", ["a@x.example", "b@x.example"]),
        ("a@x.example,b@x.example", ["a@x.example", "b@x.example"]),
        ("a@x.example b@x.example", ["a@x.example", "b@x.example"]),
        ("a@x.example\r\nb@x.example\n", ["a@x.example", "b@x.example"]),
        ("a@x.example | b@x.example\tc@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
        ("a@x.example / b@x.example", ["a@x.example", "b@x.example"]),
        ("a@x.example/b@x.example", ["a@x.example", "b@x.example"]),
        ("a/b@x.example", ["a/b@x.example"]),
        ("Żuraw sp. z o.o. <a@x.example>", ["a@x.example"]),
        ('"Nowak; Jan, Kierownik" <a@x.example>; <b@x.example>', ["a@x.example", "b@x.example"]),
        ("a@x.example; A@X.example; a@x.example", ["a@x.example"]),
        ("a@żółw.example", ["a@xn--w-uga1v8h.example"]),
        ("o'neil@x.example", ["o'neil@x.example"]),
        (";,; a@x.example ;", ["a@x.example"]),
        ("", []),
        (" ", []),
    ],
)
def test_one_or_several_addresses_are_read(written: str, addresses: list[str]) -> None:
    read = read_addresses(written)
    assert (list(read.addresses), read.wrong) == (addresses, ())
    assert list(kept_addresses(read.text)) == addresses


@pytest.mark.parametrize(
    "written",
    [
        "brak",
        "-",
        "n/d",
        "nie ma adresu",
        "a@x",
        "a@localhost",
        "@x.example",
        "a@",
        "a..b@x.example",
        ".a@x.example",
        "a.@x.example",
        "a@x.example.",
        "a@x..example",
        "a@-x.example",
        "a@x_y.example",
        "a@127.0.0.1",
        "a@[127.0.0.1]",
        "żółw@x.example",
        '"a b"@x.example',
        f"{'a' * 65}@x.example",
        f"a@{'b' * 64}.example",
        f"a@{'b.' * 125}example",
        "a@@x.example",
        "a@x.example\u200b",
        "pisać na a@x.example",
        "mailto:a@x.example",
        "Jan <a@x.example> Nowak",
        "Jan <a@x.example",
        '"Jan <a@x.example>',
        "Bcc: evil@x.example",
        "a\x00@x.example",
        "a@x.example\x0bBcc: b@x.example",
        "a@x.example\u2028Bcc: b@x.example",
    ],
)
def test_what_is_not_wholly_an_address_is_none_and_is_named(written: str) -> None:
    read = read_addresses(written)
    assert read.addresses == ()
    assert read.text is None
    assert len(read.wrong) >= 1
    assert all(part.isprintable() or "\u200b" in part for part, _ in read.wrong)


def test_what_is_right_beside_it_is_kept_and_no_header_is_followed() -> None:
    read = read_addresses("a@x.example\nBcc: evil@y.example; brak; c@x.example")
    assert read.addresses == ("a@x.example", "c@x.example")
    assert [part for part, _ in read.wrong] == ["Bcc: evil@y.example", "brak"]
    assert read.wrong[1][1] == "'brak' is no e-mail address: an email address must have an @-sign."


def test_a_field_has_so_many_addresses_at_most() -> None:
    read = read_addresses(";".join(f"a{number}@x.example" for number in range(MOST + 2)))
    assert len(read.addresses) == MOST
    assert [part for part, _ in read.wrong] == [f"a{MOST}@x.example", f"a{MOST + 1}@x.example"]


def test_the_longest_local_part_and_domain_are_addresses() -> None:
    assert mail_address(f"{'a' * 64}@x.example") == f"{'a' * 64}@x.example"
    with pytest.raises(InvalidInput, match="too long"):
        mail_address(f"{'a' * 64}@{'b.' * 92}example")
