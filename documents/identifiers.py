"""Numbers that name taxpayers and invoices, with their check digits.

Source of the KSeF number: Ministry of Finance, KSeF documentation, API 2.6 (May 2026). Of the internal identifier: the
Ministry's answer at CIRFMF/ksef-api#116 (January 2026); KSeF refuses wrong ones (#640).
"""

from __future__ import annotations

import re
from typing import Final

from marshmallow import ValidationError
from stdnum.eu import vat
from stdnum.exceptions import ValidationError as WrongNumber
from stdnum.pl import nip as polish
from stdnum.pl import pesel as person
from stdnum.pl import regon as register

#: NIP, day, twelve hexadecimal digits, two check digits; the check is a CRC-8 of the rest.
_KSEF_NUMBER: Final = re.compile(r"\A[0-9]{10}-20[0-9]{6}-[0-9A-F]{12}-[0-9A-F]{2}\Z")
_INTERNAL_ID: Final = re.compile(r"\A[0-9]{10}-[0-9]{5}\Z")
_CHECKED: Final = 32
_POLYNOMIAL: Final = 0x07
#: How VAT numbers name countries where ISO 3166-1 does otherwise.
_VAT_PREFIX = {"GR": "EL"}


def nip(text: str) -> str:
    """The ten digits of a NIP; blanks, hyphens and the prefix PL are dropped. Raises ValidationError."""
    try:
        return str(polish.validate(text))
    except WrongNumber as error:
        raise ValidationError(f"'{text}' is not a NIP: {str(error).rstrip('.').lower()}.") from None


def regon(text: str) -> str:
    """The nine or fourteen digits of a REGON; blanks and hyphens are dropped. Raises ValidationError."""
    try:
        return str(register.validate(text))
    except WrongNumber as error:
        raise ValidationError(f"'{text}' is not a REGON: {str(error).rstrip('.').lower()}.") from None


def pesel(text: str) -> str:
    """The eleven digits of a PESEL. Raises ValidationError."""
    try:
        return str(person.validate(text))
    except WrongNumber as error:
        raise ValidationError(f"'{text}' is not a PESEL: {str(error).rstrip('.').lower()}.") from None


def krs(text: str) -> str:
    """The ten digits of a number in the Polish court register, which has no check digit. Raises ValidationError."""
    digits = "".join(text.split())
    if len(digits) != 10 or not (digits.isascii() and digits.isdecimal()) or not int(digits):
        raise ValidationError(f"'{text}' is not a KRS number: it has ten digits.")
    return digits


def vat_prefix(country: str) -> str | None:
    """The prefix of VAT numbers of an EU country or Northern Ireland (ISO 3166-1 alpha-2, XI); None elsewhere."""
    prefix = _VAT_PREFIX.get(country, country)
    return prefix if country.lower() in vat.MEMBER_STATES else None


def internal_id(text: str) -> str:
    """The number of a taxpayer's unit in KSeF (IDWew): NIP, hyphen, five digits, the last of which checks the fourteen
    before it with weights 1 and 3 in turn, modulo 10. Raises ValidationError."""
    number = "".join(text.split())
    if not _INTERNAL_ID.match(number):
        raise ValidationError(f"'{text}' is not an internal identifier: NIP-5 digits.")
    nip(number[:10])
    digits = [int(digit) for digit in number.replace("-", "")]
    if sum(digit * (1, 3)[place % 2] for place, digit in enumerate(digits[:-1])) % 10 != digits[-1]:
        raise ValidationError(f"The check digit of the internal identifier '{text}' is wrong.")
    return number


def eu_vat(text: str, country: str) -> str:
    """A VAT number of an EU country without its prefix. Raises ValidationError."""
    prefix = vat_prefix(country) or country
    bare = vat_body(text, prefix)
    try:
        return str(vat.validate(prefix + bare))[len(prefix) :]
    except WrongNumber as error:
        problem = str(error).rstrip(".").lower()
        raise ValidationError(f"'{text}' is not a VAT number of {country}: {problem}.") from None


def vat_body(text: str, prefix: str) -> str:
    """A number in capitals without blanks, dots, hyphens and its country's prefix."""
    bare = "".join(character for character in text.upper() if character not in " .-")
    return bare.removeprefix(prefix)


def crc8(data: bytes) -> int:
    """CRC-8 with polynomial 0x07 from 0, bits not reflected."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value << 1) ^ _POLYNOMIAL if value & 0x80 else value << 1
            value &= 0xFF
    return value


def require_ksef_number(number: str) -> None:
    """NIP, day, twelve and two hexadecimal digits; the last two check the rest. Raises ValidationError."""
    if not _KSEF_NUMBER.match(number):
        raise ValidationError(f"'{number}' is not a KSeF number: NIP-YYYYMMDD-12 hexadecimal digits-2 check digits.")
    if int(number[-2:], 16) != crc8(number[:_CHECKED].encode("ascii")):
        raise ValidationError(f"The check digits of the KSeF number '{number}' are wrong.")
