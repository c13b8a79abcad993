"""What executors ask of the rest of the installation, as protocols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal, Protocol, TypeVar

from engine.facts.case import CustomerCase
from engine.ruleset.model import Rule, Ruleset

Unit_contra = TypeVar("Unit_contra", contravariant=True)


class CaseFacts(Protocol[Unit_contra]):
    """Facts read again, inside the unit of work that prepares an effect."""

    def case(
        self,
        source: str,
        customer: str,
        as_of: date,
        ruleset: Ruleset,
        /,
        *,
        contact_hour: int | None,
        connection: Unit_contra,
    ) -> CustomerCase:
        """One customer's case; `contact_hour`: the hour of the sending. Raises NotFound."""
        ...


class MailDelivery(Protocol):
    """The mail server of the installation."""

    def send(
        self, message: bytes, sender: str, recipients: Sequence[str], before_data: Callable[[], None] | None = None
    ) -> None:
        """Hand a message over for all recipients, or for none; see adapters.delivery.smtp.SmtpDelivery."""
        ...


class RulesetVersions(Protocol):
    """Ruleset versions by the hash that decisions name."""

    def __call__(self, ruleset: str, version: str, /) -> Ruleset:
        """The version. Raises NotFound."""
        ...


class RuleSentence(Protocol):
    """A rule in one sentence of a language ('pl' or 'en'), amounts in the ledger currency."""

    def __call__(self, rule: Rule, currency: str, language: Literal["pl", "en"]) -> str:
        """The sentence."""
        ...
