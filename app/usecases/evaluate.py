"""What the rules decide for one customer on a day, and why: as in a run, without any effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from engine.decisions.evaluation import choose
from engine.decisions.model import Evaluation
from engine.errors import NoRuleset
from engine.facts.case import CustomerCase
from engine.facts.store import Change, FactStore
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset
from rules.versions.library import Library

#: Whether a day is a working day in a country.
WorkingDay: TypeAlias = Callable[[date, str], bool]
#: The country whose calendar counts for a customer without one.
_HOME = "PL"


def evaluate_customer(
    facts: FactStore,
    library: Library,
    working_day: WorkingDay,
    source: str,
    customer: str,
    as_of: date,
    *,
    explain: bool,
    changes: Sequence[Change] = (),
    asked: str | None = None,
) -> Evaluation:
    """The evaluation of a stored customer; `asked` names the ruleset in place of the one that applies.

    Raises NotFound, NoRuleset, Disagreement; InvalidInput for a change that does not fit.
    """
    choosing = dict(facts.customer_facts(source, customer, as_of))
    own = choosing.pop("ruleset", None)
    pinned = own if isinstance(own, str) else None
    ruleset = ruleset_for(library, choosing, as_of, asked=asked, pinned=pinned)
    case = facts.case(source, customer, as_of, ruleset, changes=changes)
    return evaluate_case(library, working_day, ruleset, case, explain=explain)


def ruleset_for(
    library: Library,
    facts: Mapping[str, FactValue],
    as_of: date,
    *,
    asked: str | None = None,
    pinned: str | None = None,
) -> Ruleset:
    """The ruleset asked for, else the one pinned to the customer, else the one that applies by its facts.

    Raises NotFound, NoRuleset.
    """
    if asked is not None:
        return library.effective_version(asked, as_of)
    ruleset = choose(library.effective(as_of), facts, pinned)
    if ruleset is None:
        raise NoRuleset(as_of)
    return ruleset


def evaluate_case(
    library: Library, working_day: WorkingDay, ruleset: Ruleset, case: CustomerCase, *, explain: bool
) -> Evaluation:
    """The evaluation of a case, with the date on which it changes by itself. Raises Disagreement, FactInvalid."""
    country = case.customer.facts.get("country")
    calendar = country if isinstance(country, str) else _HOME
    return library.evaluator(ruleset).evaluate(
        case, explain=explain, working_day=lambda day: working_day(day, calendar)
    )
