from __future__ import annotations

import ipaddress

import pytest

from adapters.crm.addresses import is_public, resolve, target
from engine.errors import AdapterError, InvalidInput


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",  # noqa: S104 - an address to refuse
        "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1",
        "64:ff9b:1::a00:1",
    ],
)  # fmt: skip
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "193.0.6.139", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_an_inner_name_is_refused_for_good_unless_it_is_meant() -> None:
    with pytest.raises(AdapterError, match="localhost is") as caught:
        resolve("localhost", 80)
    assert caught.value.permanent
    assert resolve("127.0.0.1", 80, internal=True) == "127.0.0.1"


def test_a_name_that_does_not_resolve_may_resolve_later() -> None:
    for name in ("nowhere.invalid", "a" * 70 + ".example"):
        with pytest.raises(AdapterError, match="does not resolve") as caught:
            resolve(name, 80)
        assert not caught.value.permanent


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://crm.example/hook", ("https", "crm.example", 443)),
        ("http://crm.example:8080", ("http", "crm.example", 8080)),
        ("http://[::1]/x", ("http", "::1", 80)),
    ],
)
def test_an_endpoint_is_taken_apart(url: str, expected: tuple[str, str, int]) -> None:
    assert target(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "crm.example",
        "file:///etc/passwd",
        "gopher://x",
        "http://",
        "http://x:port",
        "http://x:99999",
        "http://a@x",
        "http://a:b@x",
        "http://x/#f",
        "http://[::1",
        "http://łącza.example",
    ],
)
def test_what_is_not_a_plain_endpoint_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        target(url)
    assert caught.value.field == "url"
