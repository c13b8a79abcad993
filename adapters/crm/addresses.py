"""Which addresses a webhook may be sent to: public ones, unless its endpoint is allowed as internal.

An endpoint's URL is typed by people. Without this, it could make the server call the machines beside it: databases,
metadata services, itself.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

from engine.errors import AdapterError, InvalidInput

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORTS: Final = {"http": 80, "https": 443}
#: IPv6 prefixes that carry an IPv4 address in their last 32 bits: NAT64 (RFC 6052), IPv4-compatible (RFC 4291).
_CARRIERS: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))


def target(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an endpoint. Raises InvalidInput for anything but a plain http or https URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidInput(f"url: '{url}' is not a URL", field="url") from error
    if parts.scheme not in _PORTS or not parts.hostname or not url.isascii():
        raise InvalidInput(f"url: '{url}' is not an http or https URL in ASCII", field="url")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidInput("url: a user, a password or a fragment does not belong into an endpoint", field="url")
    return parts.scheme, parts.hostname, _PORTS[parts.scheme] if port is None else port


def is_public(address: _Address) -> bool:
    """Whether an address is one of the open internet, also when it is an IPv4 address inside an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _carried(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if any(address in network for network in _CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def resolve(host: str, port: int, *, internal: bool = False) -> str:
    """The address to connect to: resolved once, so that a second answer of the name server cannot change it.

    Every address of the name must be public, unless `internal`. Raises AdapterError: not permanent when the name does
    not resolve, permanent when an address is refused.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AdapterError(f"{host} does not resolve: {error}") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    refused = [address for address in addresses if not internal and not is_public(address)]
    if refused:
        raise AdapterError(
            f"{host} is {refused[0]}, which is not a public address; allow the endpoint as internal if it is meant.",
            permanent=True,
        )
    return str(addresses[0])
