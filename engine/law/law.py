"""The law of one jurisdiction as far as it is known here: parameters by name, and days off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.errors import InvalidInput, NotFound
from engine.law.claims.compensation import Mid, Tier
from engine.law.claims.rates import Rates
from engine.law.conduct.contact import ContactRule
from engine.law.dated import Parameter
from engine.law.days_off import DaysOff
from engine.law.policy import DEFAULTS, Policy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Law:
    """Parameters by name without the jurisdiction; `calendar` None: days off are not known."""

    jurisdiction: str
    parameters: Mapping[str, Parameter[Any]]
    calendar: DaysOff | None = None

    @property
    def days_off(self) -> DaysOff:
        """The days off. Raises NotFound where they are not known."""
        if self.calendar is None:
            raise NotFound("calendar of days off", self.jurisdiction)
        return self.calendar

    def parameter(self, name: str, kind: type[T]) -> Parameter[T]:
        """A parameter whose values are of a type. Raises NotFound."""
        found = self.parameters.get(name)
        if found is None or not isinstance(found.values[0].value, kind):
            raise NotFound("parameter", f"{self.jurisdiction}.{name}")
        return found

    def rates(self, name: str) -> Rates:
        """A rate of interest. Raises InvalidInput naming those there are."""
        found = self.parameters.get(name)
        if not isinstance(found, Rates):
            known = ", ".join(sorted(self.all_rates()))
            raise InvalidInput(f"There is no rate '{name}' in '{self.jurisdiction}'. Known: {known}.", field="rate")
        return found

    def all_rates(self) -> dict[str, Rates]:
        """Every rate of interest, by name."""
        return {name: found for name, found in self.parameters.items() if isinstance(found, Rates)}

    def delay_rates(self, debtor: str) -> Rates:
        """The rate that a kind of debtor owes for delay by the law alone. Raises InvalidInput where none is known."""
        for rates in self.all_rates().values():
            if debtor in rates.debtors:
                return rates
        raise InvalidInput(f"No interest for delay of a {debtor} is known in '{self.jurisdiction}'.", field="debtor")

    def contact_rule(self, policy: Policy = DEFAULTS) -> Parameter[ContactRule]:
        """When and how often debtors may be contacted (policy P10). Raises NotFound."""
        return self.parameter(f"contact_{policy.contact}", ContactRule)

    def tiers(self) -> Parameter[tuple[Tier, ...]]:
        """The lump sums of compensation. Raises NotFound."""
        return self.parameter("compensation", tuple)

    def euro(self) -> Parameter[Mid] | None:
        """PLN for one euro by month of maturity, where compensation is converted."""
        return self.parameter("euro_by_month", Mid) if "euro_by_month" in self.parameters else None
