"""The life of a ruleset version: draft -> submitted -> approved -> withdrawn. Pure: records in, changed records out.

Two people: authors and submitters of a version never approve it. A version never changes once it is submitted; it is
superseded when a later one is approved, and withdrawn when it should decide no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from engine.errors import Conflict, FourEyes, InvalidInput, StaleEdition
from engine.ruleset.versions import RulesetVersion, Status


def edited(version: RulesetVersion, *, body: str, actor: str, edition: int, reason: str | None) -> RulesetVersion:
    """The draft with a new text; `edition` is the one the editor read.

    Raises Conflict when it is no draft, StaleEdition when another editor changed it since.
    """
    _require(version, "draft", "edited")
    _require_edition(version, edition)
    return replace(
        version,
        body=body,
        reason=reason if reason is not None else version.reason,
        editors=_with(version.editors, actor),
        edition=version.edition + 1,
    )


def submitted(version: RulesetVersion, *, actor: str, edition: int, guards: str, content_hash: str) -> RulesetVersion:
    """The draft frozen for approval under its content hash; `edition` is the one that was checked green.

    Raises Conflict, StaleEdition.
    """
    _require(version, "draft", "submitted")
    _require_edition(version, edition)
    return replace(
        version,
        status="submitted",
        guards=guards,
        version=content_hash,
        submitted_by=actor,
        editors=_with(version.editors, actor),
        edition=version.edition + 1,
    )


def approved(
    version: RulesetVersion,
    others: Sequence[RulesetVersion],
    *,
    actor: str,
    content_hash: str,
    effective_from: date,
    now: datetime,
) -> tuple[RulesetVersion, ...]:
    """The approved version, then the version it supersedes with its end set.

    `content_hash` is what the approver read. The first version of a ruleset may take effect in the past, for nothing
    was decided without it; every later one from today at the earliest and not before the one it supersedes, so that
    no past decision gets another version. Raises Conflict, FourEyes, StaleEdition, InvalidInput.
    """
    _require(version, "submitted", "approved")
    if version.version != content_hash:
        raise StaleEdition(f"The submitted version is {version.version}, not {content_hash}.")
    if actor in version.editors:
        raise FourEyes
    earlier = [other for other in others if other.effective_from is not None]
    if earlier and effective_from < now.date():
        raise InvalidInput(
            f"A version that follows another takes effect on {now.date()} at the earliest, not on {effective_from}.",
            field="effective_from",
        )
    ahead = [other for other in earlier if other.status == "approved" and _starts_after(other, effective_from)]
    if ahead:
        raise Conflict(
            f"Version {ahead[0].number} is approved from {ahead[0].effective_from}; withdraw it first or choose that "
            "day or a later one."
        )
    superseded = [
        replace(other, effective_to=effective_from, edition=other.edition + 1)
        for other in earlier
        if other.status == "approved" and (other.effective_to is None or other.effective_to > effective_from)
    ]
    now_approved = replace(
        version,
        status="approved",
        approver=actor,
        approved_at=now,
        effective_from=effective_from,
        edition=version.edition + 1,
    )
    return (now_approved, *superseded)


def withdrawn(
    version: RulesetVersion, others: Sequence[RulesetVersion], *, reason: str, edition: int, today: date
) -> tuple[RulesetVersion, ...]:
    """The withdrawn version, then its predecessor when that decides again.

    An approved version keeps the days it decided on and ends today. One that never took effect leaves its days to its
    predecessor; otherwise nothing of the ruleset is effective until another version is approved. `edition` is the one
    that was read. Raises Conflict, StaleEdition.
    """
    _require_edition(version, edition)
    if version.status == "withdrawn":
        raise Conflict(f"Version {version.number} is withdrawn already.")
    gone = replace(version, status="withdrawn", reason=reason, edition=version.edition + 1)
    if version.status != "approved" or version.effective_from is None:
        return (gone,)
    if version.effective_to is not None and version.effective_to <= today:
        raise Conflict(f"Version {version.number} was superseded on {version.effective_to}.")
    gone = replace(gone, effective_to=max(today, version.effective_from))
    if version.effective_from <= today:
        return (gone,)
    heirs = [
        replace(other, effective_to=version.effective_to, edition=other.edition + 1)
        for other in others
        if other.status == "approved" and other.effective_to == version.effective_from and _has_days(other)
    ]
    return (gone, *heirs[-1:])


def _require(version: RulesetVersion, status: Status, verb: str) -> None:
    if version.status != status:
        raise Conflict(f"Version {version.number} is {version.status}; only a {status} version can be {verb}.")


def _require_edition(version: RulesetVersion, edition: int) -> None:
    if version.edition != edition:
        raise StaleEdition


def _with(editors: tuple[str, ...], actor: str) -> tuple[str, ...]:
    return editors if actor in editors else (*editors, actor)


def _starts_after(version: RulesetVersion, day: date) -> bool:
    return version.effective_from is not None and version.effective_from > day and _has_days(version)


def _has_days(version: RulesetVersion) -> bool:
    return version.effective_to is None or (
        version.effective_from is not None and version.effective_from < version.effective_to
    )
