"""An issued document as the register has it, and what rendering it again came to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from engine.money import Money


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A document as it left: amounts in minor units of `currency`, None for one that charges nothing; contents by
    SHA-256 (hex)."""

    id: int
    source: str
    kind: str
    series: str
    number: str
    customer_key: str
    language: str
    issue_date: dt.date
    due_date: dt.date | None
    currency: str | None
    net_minor: int | None
    vat_minor: int | None
    gross_minor: int | None
    pdf_sha256: str
    json_sha256: str
    xml_sha256: str | None
    csv_sha256: str | None
    issued_at: dt.datetime
    issued_by: str

    def as_json(self) -> dict[str, Any]:
        """Plain data; amounts as decimal text, days and the moment in ISO 8601."""
        plain = {name: getattr(self, name) for name in self.__slots__ if not name.endswith("_minor")}
        plain |= {name: value.isoformat() for name, value in plain.items() if isinstance(value, dt.date)}
        amounts = {name: self.amount(name) for name in ("net", "vat", "gross")}
        return {**plain, **{name: None if amount is None else amount.text for name, amount in amounts.items()}}

    @property
    def parts(self) -> tuple[str, ...]:
        """Which of its parts were kept: 'pdf', 'json', perhaps 'xml' and 'csv'."""
        hashes = {"pdf": self.pdf_sha256, "json": self.json_sha256, "xml": self.xml_sha256, "csv": self.csv_sha256}
        return tuple(name for name, sha256 in hashes.items() if sha256)

    def amount(self, name: str) -> Money | None:
        """Its 'net', 'vat' or 'gross'; None for one that charges nothing."""
        minor: int | None = getattr(self, f"{name}_minor")
        return None if self.currency is None or minor is None else Money(self.currency, minor)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A document rendered again from its stored inputs. `differing`: which of pdf, json, xml, csv came out otherwise.
    `same_recipe`: code, wording, layout and fonts are those it was issued with."""

    document: IssuedDocument
    differing: tuple[str, ...]
    same_recipe: bool

    @property
    def same(self) -> bool:
        """Byte for byte."""
        return not self.differing
