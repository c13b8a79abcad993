"""The books of an installation: companies, connectors, rates, and the facts mirrored from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from adapters.companies.company import Company
from adapters.companies.folders import CompanyFolder, read_folders
from adapters.database.facts.directory import CustomerDirectory
from adapters.database.facts.fact_store import PostgresFacts
from adapters.database.facts.past_days import PastDays
from adapters.finance.connectors import open_source
from adapters.finance.drafting.draft import draft
from adapters.finance.preview import preview
from adapters.finance.rates.csv_rates import CsvRates
from adapters.finance.rates.nbp import NbpRates
from adapters.finance.working_days import WorkingDays
from app.installation.archive import Records
from app.installation.clock import Clock
from app.installation.database import Database
from app.installation.mirror import Mirror
from app.installation.settings import Settings
from engine.errors import MonitumError, NotFound
from engine.execution.reports import SourceCheck, SourceDraft
from engine.facts.legal import Terms
from engine.ports import RateTable
from rules.parameters.loading import known_law


class Books:
    """Companies by source, where their books come from, and what is known of them."""

    def __init__(self, settings: Settings, database: Database, records: Records, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._records = records
        self._clock = clock

    @cached_property
    def _folders(self) -> Sequence[CompanyFolder]:
        return read_folders(self._settings.sources, webhook_secret=self._settings.webhook_secret)

    @cached_property
    def companies(self) -> dict[str, Company]:
        """Companies by source key; those whose company.yaml cannot be read are left out."""
        loaded = [one.company for one in self._folders if not isinstance(one.company, MonitumError)]
        return {company.source: company for company in loaded}

    @cached_property
    def unreadable(self) -> dict[str, MonitumError]:
        """What is wrong with the company.yaml of a source, where something is."""
        return {one.key: one.company for one in self._folders if isinstance(one.company, MonitumError)}

    def company(self, source: str) -> Company:
        """The company of a source. Raises NotFound, and InvalidInput where its company.yaml cannot be read."""
        if source in self.unreadable:
            raise self.unreadable[source]
        if source not in self.companies:
            raise NotFound("source", source)
        return self.companies[source]

    @property
    def problems(self) -> dict[str, MonitumError | None]:
        """Every source with what is wrong with its folder; None where nothing is."""
        return {one.key: one.problem for one in self._folders}

    @cached_property
    def mirror(self) -> Mirror:
        """The configured sources, one for each folder in the settings, and their facts."""
        return Mirror(self._database.engine, self._records.archive, {one.key: one.books for one in self._folders})

    def preview(self, folder: Path, first: int) -> SourceCheck:
        """A folder as it would be read. Raises AdapterError, InvalidInput."""
        return preview(open_source(folder), first)

    def draft(self, paths: Sequence[Path]) -> SourceDraft:
        """A mapping proposed for files. Raises InvalidInput."""
        return draft(paths)

    @cached_property
    def rates(self) -> RateTable:
        """Exchange rates: the CSV file of the settings, else the package."""
        return CsvRates(self._settings.rates_csv) if self._settings.rates_csv else NbpRates()

    @cached_property
    def facts(self) -> PostgresFacts:
        """The synchronized facts."""
        return PostgresFacts(
            self._database.engine, self.rates, self.working_day, self._clock, law=known_law, terms=self._terms
        )

    @cached_property
    def past(self) -> PastDays:
        """Facts of past days."""
        return PastDays(self._database.engine, self.facts, self._clock)

    @cached_property
    def directory(self) -> CustomerDirectory:
        """Customers by key or name."""
        return CustomerDirectory(self._database.engine)

    @cached_property
    def working_day(self) -> WorkingDays:
        """Tells whether a day is a working day in a country."""
        return WorkingDays(known_law)

    def _terms(self, source: str) -> Terms:
        """Of a source without a folder here: the usual ones. Raises InvalidInput where company.yaml cannot be read."""
        known = source in self.companies or source in self.unreadable
        return self.company(source).terms if known else Terms()
