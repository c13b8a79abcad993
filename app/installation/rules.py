"""The rules of an installation: stored versions, and the library that decides with them."""

from __future__ import annotations

from functools import cached_property

from adapters.database.rulesets.store import RulesetStore
from app.installation.archive import Records
from app.installation.clock import Clock
from app.installation.database import Database
from engine.errors import NotFound
from engine.ruleset.model import Ruleset
from rules.versions.library import Library


class Rules:
    """Ruleset versions, stored and ready to decide."""

    def __init__(self, database: Database, records: Records, clock: Clock) -> None:
        self._database = database
        self._records = records
        self._clock = clock

    @cached_property
    def rulesets(self) -> RulesetStore:
        """Stored ruleset versions."""
        return RulesetStore(self._database.engine, self._records.archive.append)

    @cached_property
    def library(self) -> Library:
        """Rulesets by day, and the life of their versions."""
        return Library(self.rulesets, self._clock)

    def version(self, ruleset: str, version: str) -> Ruleset:
        """A version by its content hash. Raises NotFound."""
        found = self.library.ruleset(self.rulesets.with_hash(version))
        if found.id != ruleset:
            raise NotFound("ruleset version", f"{ruleset} {version}")
        return found
