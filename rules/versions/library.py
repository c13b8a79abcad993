"""The rulesets of an installation: what decides on which day, and the steps people take with a version.

The store keeps texts; here they get their meaning. The API, the command line and the runs all work with this.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from threading import Lock
from typing import Final, Protocol, TypeAlias

from engine.decisions.evaluation import Evaluator
from engine.errors import Conflict, InvalidInput, NotFound, RuleProblem, RulesetInvalid, VersionBroken
from engine.ports import Clock, Transaction
from engine.ruleset.model import Ruleset
from engine.ruleset.versions import RulesetVersion, Status
from rules.language.document import NAME
from rules.language.loader import Loaded, load_document, load_ruleset
from rules.language.packs import pack
from rules.versions import lifecycle
from rules.versions.check import Report, check
from rules.versions.stage_names import stage_problems

Step: TypeAlias = Callable[[RulesetVersion, Sequence[RulesetVersion]], Sequence[RulesetVersion]]

#: Versions kept ready to decide. Compiled sets of durable-rules are never freed, so a process that has compiled many
#: more should be recycled; `compiled` counts them.
KEPT_EVALUATORS: Final = 64
KEPT_RULESETS: Final = 256
MAX_ID_LENGTH: Final = 80
_NAME: Final = re.compile(NAME, re.ASCII)


class VersionStore(Protocol):
    """Where versions are kept. `now`, `actor` and `reason` go to the archive in the same transaction."""

    def create_draft(
        self,
        ruleset: str,
        body: str,
        *,
        actor: str,
        reason: str | None,
        now: datetime,
        connection: Transaction | None = None,
    ) -> RulesetVersion:
        """A new draft, numbered after the last version, in the caller's transaction if there is one. Raises Conflict
        when there is an unfinished one."""
        ...

    def change(
        self, ruleset: str, number: int, step: Step, *, kind: str, actor: str, reason: str | None, now: datetime
    ) -> RulesetVersion:
        """Take a step with a version, alone. Raises NotFound and what the step does."""
        ...

    def get(self, ruleset: str, number: int) -> RulesetVersion:
        """One version. Raises NotFound."""
        ...

    def versions(self, ruleset: str) -> Sequence[RulesetVersion]:
        """Every version of a ruleset, oldest first. Raises NotFound."""
        ...

    def search(
        self,
        *,
        status: Status | None = None,
        effective_on: date | None = None,
        after: tuple[str, int] | None = None,
        limit: int = 100,
    ) -> Sequence[RulesetVersion]:
        """Versions by ruleset and number, at most `limit` behind the pair `after`."""
        ...

    def effective(self, day: date) -> Sequence[RulesetVersion]:
        """The versions that decide on a day."""
        ...


class Library:
    """Rulesets by day, and the life of their versions. Safe to share between threads."""

    def __init__(self, store: VersionStore, clock: Clock) -> None:
        self.store = store
        self._clock = clock
        self._lock = Lock()
        self._evaluators: OrderedDict[str, Evaluator] = OrderedDict()
        #: Evaluators compiled since the process started.
        self.compiled = 0

    def effective(self, as_of: date) -> list[Ruleset]:
        """The rulesets that decide on a day, by priority then id: the ruleset store port of the engine."""
        found = [self.ruleset(version) for version in self.store.effective(as_of)]
        return sorted(found, key=lambda ruleset: (ruleset.priority, ruleset.id))

    def ruleset(self, version: RulesetVersion) -> Ruleset:
        """A version as the engine uses it; a draft is bound to the guards of today.

        Raises RulesetInvalid for a draft, VersionBroken when a later one is not what its hash says.
        """
        if version.version is None:
            return self.document(version).ruleset
        return _submitted(version.version, version.body, version.guards, _named(version))

    def document(self, version: RulesetVersion) -> Loaded:
        """A version with its cases and lines. Raises RulesetInvalid."""
        return load_document(version.body, file=_named(version), guards=version.guards or None)

    def evaluator(self, ruleset: Ruleset) -> Evaluator:
        """A compiled evaluator that decides twice, one for each version."""
        with self._lock:
            found = self._evaluators.get(ruleset.version)
            if found is None:
                found = self._evaluators[ruleset.version] = Evaluator(ruleset)
                self.compiled += 1
                if len(self._evaluators) > KEPT_EVALUATORS:
                    self._evaluators.popitem(last=False)
            self._evaluators.move_to_end(ruleset.version)
            return found

    def draft(
        self, ruleset: str, body: str, *, actor: str, reason: str | None = None, connection: Transaction | None = None
    ) -> RulesetVersion:
        """Keep a text as a new draft, in the caller's transaction if there is one; it need not be right yet.

        Raises InvalidInput for an id that no ruleset may have, Conflict when there is an unfinished version.
        """
        if not _NAME.fullmatch(ruleset) or len(ruleset) > MAX_ID_LENGTH:
            raise InvalidInput(f"'{ruleset}' is no id of a ruleset such as pl.b2b.standard.", field="ruleset")
        now = self._clock.now()
        return self.store.create_draft(ruleset, body, actor=actor, reason=reason, now=now, connection=connection)

    def edit(
        self, ruleset: str, number: int, body: str, *, edition: int, actor: str, reason: str | None = None
    ) -> RulesetVersion:
        """Change the text of a draft whose `edition` was read. Raises NotFound, Conflict, StaleEdition."""

        def step(version: RulesetVersion, _: Sequence[RulesetVersion]) -> Sequence[RulesetVersion]:
            return (lifecycle.edited(version, body=body, actor=actor, edition=edition, reason=reason),)

        return self._change(ruleset, number, step, "ruleset:edited", actor, reason)

    def check(self, version: RulesetVersion, *, confirm: bool = False) -> Report:
        """Problems, case results and lint findings of a version.

        confirm: durable-rules runs the cases too; what it compiles for that is never freed, so it is for submission.
        """
        return check(version.body, _named(version), guards=version.guards or None, confirm=confirm)

    def submit(self, ruleset: str, number: int, *, actor: str) -> RulesetVersion:
        """Freeze a draft for approval, named by the hash of its content and its pack's guards of today.

        Raises NotFound, Conflict, RulesetInvalid when the text is wrong, one of its cases is red, or a stage of an
        earlier version would be sent again.
        """
        draft = self.store.get(ruleset, number)
        if draft.status != "draft":
            raise Conflict(f"Version {number} is {draft.status}; only a draft version can be submitted.")
        loaded = self.document(draft)
        if loaded.ruleset.id != ruleset:
            said = f"The document says '{loaded.ruleset.id}'."
            raise RulesetInvalid((RuleProblem(said, path="ruleset", hint=f"Write '{ruleset}'."),))
        _require_green(self.check(draft, confirm=True))
        self._require_stages(draft, self.store.versions(ruleset))
        step = partial(
            lifecycle.submitted,
            actor=actor,
            edition=draft.edition,
            guards=pack(loaded.ruleset.jurisdiction).guards_text(),
            content_hash=loaded.ruleset.version,
        )
        return self._change(ruleset, number, lambda version, _: (step(version),), "ruleset:submitted", actor, None)

    def approve(
        self, ruleset: str, number: int, *, actor: str, content_hash: str, effective_from: date
    ) -> RulesetVersion:
        """Let a submitted version decide from a day on. Raises what lifecycle.approved does, NotFound, and
        RulesetInvalid when a version approved meanwhile has a stage that would be sent again."""
        approved = partial(
            lifecycle.approved,
            actor=actor,
            content_hash=content_hash,
            effective_from=effective_from,
            now=self._clock.now(),
        )

        def step(version: RulesetVersion, others: Sequence[RulesetVersion]) -> Sequence[RulesetVersion]:
            changed = approved(version, others)
            self._require_stages(version, others)
            return changed

        return self._change(ruleset, number, step, "ruleset:approved", actor, None)

    def withdraw(self, ruleset: str, number: int, *, actor: str, reason: str, edition: int) -> RulesetVersion:
        """Give a version up, or end an effective one today; `edition` is the one that was read.

        Raises NotFound, Conflict, StaleEdition, InvalidInput without a reason.
        """
        if not reason.strip():
            raise InvalidInput("Say why it is withdrawn.", field="reason")
        step = partial(lifecycle.withdrawn, reason=reason, edition=edition, today=self._clock.now().date())
        return self._change(ruleset, number, step, "ruleset:withdrawn", actor, reason)

    def effective_version(self, ruleset: str, day: date) -> Ruleset:
        """One ruleset as it decides on a day. Raises NotFound."""
        for found in self.effective(day):
            if found.id == ruleset:
                return found
        raise NotFound("ruleset effective on that day", ruleset)

    def _require_stages(self, version: RulesetVersion, others: Sequence[RulesetVersion]) -> None:
        """Raises RulesetInvalid when what was sent under a version that decided, or will, counts as nothing here."""
        loaded = self.document(version)
        deciding = sorted(
            (other for other in others if other.effective_from is not None and other.number != version.number),
            key=lambda other: (other.effective_from, other.number),
        )
        earlier = [self.ruleset(other).ladder for other in deciding]
        line = loaded.tree.lines.get(("ladder",))
        problems = tuple(stage_problems(loaded.ruleset.ladder, earlier, file=_named(version), line=line))
        if problems:
            raise RulesetInvalid(problems)

    def _change(
        self, ruleset: str, number: int, step: Step, kind: str, actor: str, reason: str | None
    ) -> RulesetVersion:
        now = self._clock.now()
        return self.store.change(ruleset, number, step, kind=kind, actor=actor, reason=reason, now=now)


def _named(version: RulesetVersion) -> str:
    return f"{version.ruleset}/{version.number}"


@lru_cache(KEPT_RULESETS)
def _submitted(version: str, body: str, guards: str, named: str) -> Ruleset:
    """Read once for the process, by every word of it: a text that was changed in the database is read anew."""
    try:
        loaded = load_ruleset(body, file=named, guards=guards)
    except RulesetInvalid as error:
        raise VersionBroken(f"Ruleset version {named} cannot be read any more: {error}") from error
    if loaded.version != version:
        raise VersionBroken(f"Ruleset version {named} has the hash {loaded.version}, not {version}.")
    return loaded


def _require_green(report: Report) -> None:
    red = [
        RuleProblem(
            f"Case '{case.name}' is red: expected {list(case.expected)}, got {list(case.got)}.",
            path="cases",
            file=report.file,
            line=case.line,
        )
        for case in report.red
    ]
    found = [
        RuleProblem(finding.message, path=finding.path, file=report.file, line=finding.line)
        for finding in report.errors
    ]
    if not report.green:
        raise RulesetInvalid((*report.problems, *red, *found))
