"""Past days decided again, as if every message had been delivered and every change taken effect on its day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.actions import KINDS
from engine.decisions.model import Decision
from engine.facts.case import CustomerCase
from engine.facts.history import History, with_history
from engine.facts.legal import Contact
from engine.ruleset.model import Ladder


@dataclass(slots=True)
class Memory:
    """What the replayed days have done so far; takes the place of the outbox."""

    sent: dict[str, list[tuple[str, date]]] = field(default_factory=lambda: defaultdict(list))
    notified: dict[str, dict[str, date]] = field(default_factory=lambda: defaultdict(dict))
    contacted: dict[str, list[Contact]] = field(default_factory=lambda: defaultdict(list))
    suspended: set[str] = field(default_factory=set)

    def overlay(self, case: CustomerCase, ladder: Ladder) -> CustomerCase:
        """The case as it would be after the days replayed so far."""
        key = case.key
        if key in self.suspended:
            case = case.with_facts({"suspended": True})
        sent = {line.key: tuple(self.sent[line.key]) for line in case.lines if line.key in self.sent}
        if not sent and key not in self.notified and key not in self.contacted:
            return case
        history = History(sent, self.contacted.get(key, ()), notified=self.notified.get(key, {}))
        return with_history(case, ladder, history)

    def remember(self, decisions: Iterable[Decision], day: date) -> None:
        """Let the decisions of a day have happened."""
        for made in decisions:
            kind = KINDS[made.kind]
            if kind.history == "stage":
                self.contacted[made.customer].append(Contact(day))
                for item in made.items:
                    self.sent[item].append((made.action.stage or "", day))
            elif kind.history == "notification":
                self.notified[made.customer].update(dict.fromkeys(made.rules, day))
            elif kind.desired == "suspended":
                self.suspended.add(made.customer)
            else:
                self.suspended.discard(made.customer)


def record(made: Decision) -> Sequence[str]:
    """One line of a replay: day, customer, kind, stage, rules, items; plain text, in a fixed order."""
    return (
        made.as_of.isoformat(),
        made.customer,
        made.kind,
        made.action.stage or "",
        ",".join(made.rules),
        ",".join(made.items),
    )
