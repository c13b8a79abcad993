"""The rules of an installation: stored versions, and the library that decides with them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from adapters.database.rulesets.store import RulesetStore
from app.installation.archive import Records
from app.installation.clock import Clock
from app.installation.database import Database
from app.installation.settings import Settings
from engine.errors import NotFound
from engine.ruleset.model import Ruleset
from rules.language.packs import packs
from rules.versions.library import Library


class Rules:
    """Ruleset versions, stored and ready to decide."""

    def __init__(self, settings: Settings, database: Database, records: Records, clock: Clock) -> None:
        self._settings = settings
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

    @property
    def shipped(self) -> Iterator[tuple[str, str]]:
        """File name and text of each ruleset that the packs ship and the sources bring."""
        files = [path for pack in packs() for path in pack.rulesets]
        files += [folder / "ruleset.yaml" for folder in self._settings.sources]
        return ((path.name, path.read_text("utf-8")) for path in files if path.exists())

    def version(self, ruleset: str, version: str) -> Ruleset:
        """A version by its content hash. Raises NotFound."""
        found = self.library.ruleset(self.rulesets.with_hash(version))
        if found.id != ruleset:
            raise NotFound("ruleset version", f"{ruleset} {version}")
        return found
