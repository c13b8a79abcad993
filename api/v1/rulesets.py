"""Reading rulesets: lists, texts, checks, sentences, differences."""

from __future__ import annotations

from typing import Any

from flask import Blueprint as FlaskBlueprint
from flask import Response, request

from api.ports import Services
from api.problems import FieldError, invalid
from api.v1.customers import make_cursor, read_cursor
from api.v1.drafting import AS_WRITTEN, ETAG, answer, shown, yaml_answer
from api.v1.operation import blueprint, operation
from api.v1.reading import JSON, YAML
from api.v1.schemas.rulesets import (
    CheckAnswer,
    Difference,
    DiffQuery,
    Language,
    RulesetSearch,
    Sentences,
    Version,
    VersionList,
    VersionPage,
)
from rules.sentences.rule import sentences
from rules.versions.check import Report
from rules.versions.sentences import diff_data

VERSION = "/rulesets/<ruleset:ruleset>/versions/<int(min=1, max=2147483647):number>"


def rulesets(services: Services) -> FlaskBlueprint:
    """Reading routes under /v1/rulesets."""
    group = blueprint("rulesets", "Rulesets: versions, checks, sentences, differences.")
    library = services.rulesets

    @operation(group, "GET", "/rulesets", scope="rulesets:read", query=RulesetSearch, answer=VersionPage)
    def list_rulesets(query: dict[str, Any]) -> dict[str, Any]:
        """List versions by ruleset and number."""
        limit = query.get("limit", 50)
        after = read_cursor(query.get("after"))
        if after is not None and not isinstance(after[1], int):
            raise invalid([FieldError("after", "Use the cursor of an answer as it is.")])
        found = library.store.search(
            status=query.get("status"), effective_on=query.get("effective_on"), after=after, limit=limit + 1
        )
        page = found[:limit]
        more = len(found) > limit
        return {"versions": page, "next": make_cursor(page[-1].ruleset, page[-1].number) if more else None}

    @operation(group, "GET", "/rulesets/<ruleset:ruleset>", scope="rulesets:read", answer=VersionList)
    def list_versions(ruleset: str) -> dict[str, Any]:
        """List every version of a ruleset."""
        return {"versions": library.store.versions(ruleset)}

    @operation(group, "GET", VERSION, scope="rulesets:read", answer=Version, headers=ETAG, responses=AS_WRITTEN)
    def read_version(ruleset: str, number: int) -> Response:
        """Read one version: JSON, or with `Accept: application/yaml` the text as it was written."""
        version = library.store.get(ruleset, number)
        if request.accept_mimetypes.best_match([JSON, YAML], default=JSON) == YAML:
            return yaml_answer(version)
        return answer(shown(version))

    @operation(group, "GET", f"{VERSION}/check", scope="rulesets:read", answer=CheckAnswer)
    def check_version(ruleset: str, number: int) -> Report:
        """Validate a version, run its cases and its lints."""
        return library.check(library.store.get(ruleset, number))

    @operation(group, "GET", f"{VERSION}/sentences", scope="rulesets:read", query=Language, answer=Sentences)
    def version_sentences(ruleset: str, number: int, query: dict[str, Any]) -> dict[str, Any]:
        """Say every rule and guard in Polish or English."""
        language = query.get("language", "pl")
        said = sentences(library.ruleset(library.store.get(ruleset, number)), language)
        return {"language": language, "sentences": [{"id": name, "sentence": text} for name, text in said.items()]}

    @operation(group, "GET", f"{VERSION}/diff", scope="rulesets:read", query=DiffQuery, answer=Difference)
    def diff_versions(ruleset: str, number: int, query: dict[str, Any]) -> dict[str, Any]:
        """Say what a version decides differently than an earlier one."""
        before, after = library.store.get(ruleset, query["against"]), library.store.get(ruleset, number)
        language = query.get("language", "pl")
        changes = [
            change | {"sentence": change["sentence"][language]}
            for change in diff_data(library.ruleset(before), library.ruleset(after))
        ]
        return {"ruleset": ruleset, "before": before.number, "after": number, "changes": changes}

    return group
