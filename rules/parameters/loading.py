"""Dated parameters of the law: rules/<cc>/parameters/*.yaml into the engine's objects.

What is wrong with a document is told all at once, with file, line and path, as for rulesets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from marshmallow import ValidationError

from engine.errors import NotFound
from engine.law.claims.rates import Formula, Rates, Transition
from engine.law.dated import Parameter, Valid
from engine.law.days_off import DaysOff
from engine.law.law import Law
from rules.language.document import load_shape
from rules.language.problems import Path as At
from rules.language.problems import Problems
from rules.language.yaml_tree import read_tree
from rules.parameters.checks import check_calendar, check_formulas, check_timeline
from rules.parameters.shapes import ParametersShape
from rules.parameters.values import KINDS, hundredths

_ROOT: Final = Path(__file__).parents[1]
_FOLDER: Final = "parameters"
_RATE_ONLY: Final = ("debtors", "fixed", "formulas", "transition")


@cache
def jurisdictions() -> tuple[str, ...]:
    """Every jurisdiction that has parameters."""
    return tuple(sorted(path.parent.name for path in _ROOT.glob(f"*/{_FOLDER}")))


@cache
def law(jurisdiction: str) -> Law:
    """The law of a jurisdiction as it ships. Raises NotFound; RulesetInvalid when a document is broken."""
    if jurisdiction not in jurisdictions():
        raise NotFound("jurisdiction with parameters", jurisdiction)
    paths = sorted((_ROOT / jurisdiction / _FOLDER).glob("*.yaml"))
    return read_law([(str(path.relative_to(_ROOT.parent)), path.read_text("utf-8")) for path in paths])


def known_law(jurisdiction: str) -> Law | None:
    """The law of a jurisdiction as it ships; None where none is known."""
    return law(jurisdiction) if jurisdiction in jurisdictions() else None


def read_law(documents: Sequence[tuple[str, str]]) -> Law:
    """One jurisdiction out of (file, YAML text) pairs. References to rates of others are looked up in what ships.

    Raises RulesetInvalid with the problems of the first document that has any.
    """
    reading = _Reading()
    for file, text in documents:
        reading.take(file, text)
    return reading.finish()


class _Reading:
    """Documents of one jurisdiction being read; rates are checked against their references when all are there."""

    def __init__(self) -> None:
        self.jurisdiction = ""
        self.parameters: dict[str, Parameter[Any]] = {}
        self.calendar: DaysOff | None = None
        self.rates: list[tuple[Problems, At, Mapping[str, Any]]] = []

    def take(self, file: str, text: str) -> None:
        tree = read_tree(text, file=file)
        problems = Problems(file, tree.lines)
        shaped = load_shape(ParametersShape(), tree.data, problems)
        if self.jurisdiction not in {"", shaped["jurisdiction"]}:
            problems.add(("jurisdiction",), f"The other documents are of '{self.jurisdiction}'.")
        self.jurisdiction = shaped["jurisdiction"]
        for index, raw in enumerate(shaped["parameters"]):
            self._parameter(raw, ("parameters", index), problems)
        if shaped["calendar"]:
            self._calendar(shaped["calendar"], problems)
        problems.raise_any()

    def _parameter(self, raw: Mapping[str, Any], path: At, problems: Problems) -> None:
        name = raw["name"]
        if name in self.parameters:
            problems.add((*path, "name"), f"The parameter '{name}' is written twice.")
        known = {
            "name": f"{self.jurisdiction}.{name}",
            "basis": raw["basis"],
            "verified_to": raw["verified_to"],
            "values": tuple(_values(raw, path, problems)),
            "title": raw["title"],
            "never": tuple(raw["never"]),
        }
        check_timeline(known["values"], raw["verified_to"], path, problems)
        if raw["kind"] != "rate":
            for key in (key for key in _RATE_ONLY if key in raw):
                problems.add((*path, key), f"'{key}' belongs to parameters of the kind 'rate'.")
            self.parameters[name] = Parameter(**known)
            return
        formulas = tuple(_formulas(raw.get("formulas", ()), (*path, "formulas"), problems))
        self.parameters[name] = Rates(
            **known, fixed=raw.get("fixed", False), debtors=tuple(raw.get("debtors", ())), formulas=formulas
        )
        self.rates.append((problems, path, raw))

    def _calendar(self, raw: Mapping[str, Any], problems: Problems) -> None:
        if self.calendar:
            problems.add(("calendar",), "There is another calendar.")
        check_calendar(raw, problems)
        self.calendar = DaysOff(
            f"{self.jurisdiction}.days_off",
            raw["basis"],
            raw["from_"],
            raw["verified_to"],
            raw["saturdays_from"],
            {one["day"]: one["name"] for one in raw["days_off"]},
        )

    def finish(self) -> Law:
        for problems, path, raw in self.rates:
            rates = self.parameters[raw["name"]]
            assert isinstance(rates, Rates)  # noqa: S101  what _parameter put there
            check_formulas(rates, self._rates, path, problems)
            if "transition" in raw:
                old = self._rates(raw["transition"]["old"])
                if old is None:
                    problems.add((*path, "transition", "old"), f"There is no rate '{raw['transition']['old']}'.")
                else:
                    transition = Transition(raw["transition"]["day"], old)
                    self.parameters[raw["name"]] = replace(rates, transition=transition)
            problems.raise_any()
        return Law(self.jurisdiction, self.parameters, self.calendar)

    def _rates(self, name: str) -> Rates | None:
        """A rate of this jurisdiction, or one of another by its full name."""
        jurisdiction, _, other = name.rpartition(".")
        found = law(jurisdiction).parameters.get(other) if jurisdiction else self.parameters.get(name)
        return found if isinstance(found, Rates) else None


def _values(raw: Mapping[str, Any], path: At, problems: Problems) -> Iterator[Valid[Any]]:
    for index, row in enumerate(raw["values"]):
        at = (*path, "values", index)
        source = row.get("source", raw["source"])
        if not source:
            problems.add(at, "The value has no 'source', and the parameter has none either.")
        try:
            value = KINDS[raw["kind"]](row["value"])
        except ValidationError as error:
            problems.add((*at, "value"), f"'value' of '{raw['name']}': {error.messages}")
            continue
        yield Valid(value, row["from_"], row["to"], source, row.get("confidence", raw["confidence"]))


def _formulas(raw: Sequence[Mapping[str, Any]], path: At, problems: Problems) -> Iterator[Valid[Formula]]:
    for index, row in enumerate(raw):
        try:
            margin = hundredths(row["margin"])
        except ValidationError as error:
            problems.add((*path, index, "margin"), f"'margin': {error.messages}")
            continue
        formula = Formula(row["reference"], row["factor"], margin, row["taken"])
        yield Valid(formula, row["from_"], row["to"], "", "A")
