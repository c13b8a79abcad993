"""The life of a ruleset version at the command line: stored, submitted, approved, withdrawn, and signed at once.

What a step means is told by the library, which the API calls too; here a step is completed by what only a form or a
header of the API carries: which draft, which hash, which edition.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.usecases.entry_log import Integrator
from engine.errors import InvalidInput, NotFound
from engine.ruleset.versions import RulesetVersion
from rules.language.loader import load_ruleset
from rules.versions.library import Library
from rules.versions.sentences import diff_data


def version_of(library: Library, ruleset: str, number: int | None) -> RulesetVersion:
    """A version by number; without one, the newest. Raises NotFound."""
    return library.store.get(ruleset, number) if number else library.store.versions(ruleset)[-1]


def import_text(
    library: Library, integrator: Integrator, text: str, *, file: str, actor: str, reason: str | None
) -> RulesetVersion:
    """Keep a text as a new draft of its ruleset, or as the new text of the draft there is. Raises RulesetInvalid."""
    ruleset = load_ruleset(text, file=file).id
    draft = _draft(library, ruleset)
    if draft is None:
        stored = library.draft(ruleset, text, actor=actor, reason=reason)
    else:
        stored = library.edit(ruleset, draft.number, text, edition=draft.edition, actor=actor, reason=reason)
    integrator.integrate()
    return stored


def submit(library: Library, integrator: Integrator, ruleset: str, number: int, *, actor: str) -> RulesetVersion:
    """Freeze a draft for approval. Raises NotFound, Conflict, RulesetInvalid."""
    version = library.submit(ruleset, number, actor=actor)
    integrator.integrate()
    return version


def approve(
    library: Library, integrator: Integrator, ruleset: str, number: int, *, actor: str, effective_from: date
) -> RulesetVersion:
    """Let a submitted version, as it is stored, decide from a day on. Raises InvalidInput for a draft, FourEyes,
    Conflict, NotFound."""
    content = library.store.get(ruleset, number).version
    if content is None:
        raise InvalidInput(f"Version {number} is a draft; submit it first.", field="number")
    version = library.approve(ruleset, number, actor=actor, content_hash=content, effective_from=effective_from)
    integrator.integrate()
    return version


def withdraw(
    library: Library, integrator: Integrator, ruleset: str, number: int, *, actor: str, reason: str
) -> RulesetVersion:
    """Give a version up, or end an effective one today. Raises NotFound, Conflict, InvalidInput without a reason."""
    edition = library.store.get(ruleset, number).edition
    version = library.withdraw(ruleset, number, actor=actor, reason=reason, edition=edition)
    integrator.integrate()
    return version


def differences(library: Library, ruleset: str, before: int, after: int, language: str) -> Sequence[str]:
    """What a version decides differently than an earlier one, as sentences. Raises NotFound, RulesetInvalid."""
    old, new = (library.ruleset(library.store.get(ruleset, number)) for number in (before, after))
    return [change["sentence"][language] for change in diff_data(old, new)]


def _draft(library: Library, ruleset: str) -> RulesetVersion | None:
    try:
        versions = library.store.versions(ruleset)
    except NotFound:
        return None
    return next((version for version in versions if version.status == "draft"), None)
