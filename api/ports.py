"""What the API needs from outside besides engine/ports.py, in groups; the installation hands it over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from prometheus_client.metrics_core import Metric

from archive.entries.reading import EntryQuery, Reader, ShownEntry
from archive.log.proof_text import EntryProof
from documents.register.model import DocumentSearch
from documents.register.order import IssueOrder
from engine.decisions.model import Evaluation as CustomerEvaluation
from engine.facts.case import CustomerCase
from engine.facts.store import Change, FactStore
from engine.ports import Clock, Transaction
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset
from rules.versions.library import Library


class Principal(Protocol):
    """The owner of the key that a request carries."""

    @property
    def id(self) -> str:
        """The public part of the key."""
        ...

    @property
    def owner(self) -> str:
        """The person or system that acts: the author, the approver."""
        ...

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the key allows."""
        ...


class Keys(Protocol):
    """API keys."""

    def authenticate(self, text: str, now: datetime) -> Principal | None:
        """The owner of the key; None when it is malformed, unknown, expired or revoked."""
        ...


class CustomerDirectory(Protocol):
    """Finding customers."""

    def search(
        self, *, text: str | None, source: str | None, after: tuple[str, str] | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Customers that have the text as key or tax id, or within the name (any case), by source and key, at most
        `limit` behind the pair `after`: source, key, name, kind, tax_id, country, segment."""
        ...

    def sources_of(self, key: str) -> Sequence[str]:
        """The sources that have a customer with this key."""
        ...


class ArchiveLog(Protocol):
    """The log of the archive, which proves itself. Each raises NotFound for what is not in a signed checkpoint."""

    def checkpoint(self) -> str:
        """The newest signed checkpoint with its cosignatures (C2SP)."""
        ...

    def proof(self, entry_id: int) -> EntryProof:
        """That an entry is in it."""
        ...

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """That the tree of `new` entries extends that of `old`. Raises InvalidInput."""
        ...

    def tile(self, level: int | None, index: int, width: int) -> bytes:
        """A tile, or a bundle of entries (level None)."""
        ...


class Plain(Protocol):
    """Something that can be told as plain JSON data."""

    def as_json(self) -> dict[str, Any]:
        """Plain data; amounts as decimal text."""
        ...


class DocumentStatus(Plain, Protocol):
    """An issued document and how it stands."""

    @property
    def place(self) -> tuple[str, int]:
        """Its place in the list it was found in: value of the sort and id."""
        ...


class DocumentRegister(Protocol):
    """Finding issued documents."""

    def page(
        self, search: DocumentSearch, *, today: date, limit: int, after: tuple[str, int] | None = None
    ) -> Sequence[DocumentStatus]:
        """At most `limit` documents behind a place."""
        ...

    def get(self, document_id: int, *, today: date, connection: Transaction | None = None) -> DocumentStatus:
        """One document, as the caller's transaction sees it if there is one. Raises NotFound."""
        ...

    def history(self, document_id: int) -> Sequence[Plain]:
        """Every step of its settlement, oldest first."""
        ...


class DocumentContents(Protocol):
    """The bytes of issued documents."""

    def content(self, document_id: int, part: str) -> bytes:
        """'pdf', 'json' or 'xml' as issued. Raises NotFound, ArchiveBroken."""
        ...


class IssueDocument(Protocol):
    """Issuing a document to a customer."""

    def __call__(
        self, order: IssueOrder, *, actor: str, at: datetime, today: date, key: str | None
    ) -> Mapping[str, Any]:
        """The document and its status in the books; with a key, issued once for the same order. Raises NotFound,
        AmbiguousCustomer, InvalidInput naming the field of the model, IssueRefused naming the rule, RateMissing."""
        ...


class Idempotency(Protocol):
    """Requests that have their effect once."""

    def once(
        self, owner: str, key: str, asked: object, effect: Callable[[Transaction], Mapping[str, Any]], *, now: datetime
    ) -> Mapping[str, Any]:
        """The answer of `effect`, called at most once for an owner's key, in the transaction that notes it; `asked`:
        plain data that must be the same when the key comes again. Raises InvalidInput, Conflict."""
        ...


class EvaluateCustomer(Protocol):
    """Deciding for a stored customer, without any effect."""

    def __call__(
        self,
        source: str,
        customer: str,
        as_of: date,
        *,
        explain: bool,
        changes: Sequence[Change] = (),
        asked: str | None = None,
    ) -> CustomerEvaluation:
        """The evaluation under the ruleset that applies, or the one `asked` for. Raises NotFound, NoRuleset."""
        ...


class RulesetFor(Protocol):
    """Choosing a ruleset."""

    def __call__(self, facts: Mapping[str, FactValue], as_of: date, *, asked: str | None = None) -> Ruleset:
        """The ruleset asked for, else the one that applies by the facts. Raises NotFound, NoRuleset."""
        ...


class EvaluateCase(Protocol):
    """Deciding for a case, without any effect."""

    def __call__(self, ruleset: Ruleset, case: CustomerCase, *, explain: bool) -> CustomerEvaluation:
        """The evaluation. Raises Disagreement, FactInvalid."""
        ...


class SourceOf(Protocol):
    """Finding a customer's source."""

    def __call__(self, customer: str, source: str | None) -> str:
        """The source named, or the only one that has the customer. Raises NotFound, AmbiguousCustomer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Customers, what is known of them, and what the rules decide for them. `working_day`: of a day in a country."""

    customers: CustomerDirectory
    facts: FactStore
    source_of: SourceOf
    customer: EvaluateCustomer
    ruleset_for: RulesetFor
    case: EvaluateCase
    working_day: Callable[[date, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Issued documents, and issuing them."""

    register: DocumentRegister
    contents: DocumentContents
    issue: IssueDocument


class SearchEntries(Protocol):
    """Finding entries of the archive."""

    def __call__(self, query: EntryQuery, reader: Reader) -> Sequence[ShownEntry]:
        """Entries that match, newest first; noted. Raises InvalidInput, NotFound, AmbiguousCustomer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The archive as an auditor meets it."""

    log: ArchiveLog
    search: SearchEntries


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may call, and how often a call has its effect."""

    keys: Keys
    idempotency: Idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """How the installation is. `readiness` names each part that serving needs and tells whether it works; `figures`:
    how execution stands, for /metrics."""

    readiness: Callable[[], Mapping[str, bool]]
    figures: Callable[[], Iterable[Metric]] = tuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the API works with, by group. `clock`: moments in the installation's own time zone, so that their
    date is the business day."""

    evaluation: Evaluation
    rulesets: Library
    documents: Documents
    audit: Audit
    access: Access
    operation: Operation
    clock: Clock
