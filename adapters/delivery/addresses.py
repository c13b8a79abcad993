"""E-mail addresses as people write them into one field, and what of them a mail server takes.

Only syntax is looked at, never the network: an ASCII local part of at most 64 characters (servers without SMTPUTF8 take
no other), a domain name with a dot, in IDNA form where it has other letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from email_validator import EmailNotValidError, validate_email

from engine.errors import InvalidInput

#: Between addresses of one field; inside quotes or angle brackets they part nothing.
_PARTS: Final = re.compile(r'(?:"(?:\\.|[^"\\])*"|<[^<>]*>|[^;,|\r\n\t])+')
_NAMED: Final = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^"<>@:])*<\s*([^<>\s]+)\s*>')
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
#: Local parts that need no second look; every other goes to the library with its domain.
_PLAIN: Final = re.compile(r"(?=[^@]{1,64}@)([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([^@]+)", re.ASCII)
_LONGEST: Final = 254
#: As many as one message is addressed to.
MOST: Final = 20
_SEPARATOR: Final = ", "


@dataclass(frozen=True, slots=True)
class WrittenAddresses:
    """What a field says: the addresses, each once, and what of the text is none, as (part, why)."""

    addresses: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str | None:
        """The addresses as they are kept; None when there is none."""
        return _SEPARATOR.join(self.addresses) or None


def kept_addresses(text: str | None) -> tuple[str, ...]:
    """The addresses of `WrittenAddresses.text`."""
    return tuple(text.split(_SEPARATOR)) if text else ()


def read_addresses(text: str) -> WrittenAddresses:
    """One or several addresses, apart by semicolons, commas, bars, line ends or blanks; each alone or 'Name <address>'.

    What is not wholly an address is none: nothing is guessed out of a sentence, so that no text in the books can send
    a message elsewhere.
    """
    if _CONTROL.search(text):
        return WrittenAddresses((), ((_CONTROL.sub("?", text), "a control character is in it"),))
    found: dict[str, str] = {}
    wrong: list[tuple[str, str]] = []
    for part in (one.strip() for one in _PARTS.findall(text)):
        for written in _written(part) if part else ():
            try:
                read = mail_address(written)
            except InvalidInput as error:
                wrong.append((part, str(error)))
                break
            if len(found) == MOST and read.lower() not in found:
                wrong.append((part, f"more than {MOST} addresses are in the field"))
            else:
                found.setdefault(read.lower(), read)
    return WrittenAddresses(tuple(found.values()), tuple(dict.fromkeys(wrong)))


def _written(part: str) -> list[str]:
    """The addresses that a part claims to be; the part itself where it claims nothing."""
    named = _NAMED.fullmatch(part)
    if named:
        return [named[1]]
    words = [word for word in re.split(r"[\s/]+" if part.count("@") > 1 else r"\s+", part) if word]
    return words if all("@" in word for word in words) else [part]


def mail_address(text: str) -> str:
    """An address as SMTP takes it: the domain in small ASCII letters. Raises InvalidInput saying what is wrong."""
    plain = _PLAIN.fullmatch(text)
    if plain and len(text) <= _LONGEST and (domain := _domain(plain[2])) is not None:
        address = f"{plain[1]}@{domain}"
        if len(address) <= _LONGEST:
            return address
    try:
        read = validate_email(text, allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise InvalidInput(f"'{text}' is no e-mail address: {_said(error)}") from error
    return read.ascii_email or read.normalized


@lru_cache(maxsize=65_536)
def _domain(domain: str) -> str | None:
    """The domain in ASCII, None where it is none: asked once for each, since most addresses share one."""
    try:
        return validate_email(f"a@{domain}", check_deliverability=False).ascii_domain
    except EmailNotValidError:
        return None


def _said(error: EmailNotValidError) -> str:
    text = str(error)
    return text[:1].lower() + text[1:]
