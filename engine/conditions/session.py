"""durable-rules 2.0.28, used within the subset in which it was never found wrong. The only module that imports it.

One flat fact at a time under one constant sid, asserted, read and retracted: single-fact rules in disjunctive normal
form without `$or`, and a catch-all rule that accepts every fact. The C functions are called directly, for `Host` starts
threads and swallows errors. Compiled sets are never freed: keep one session for each ruleset version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import count
from threading import Lock
from typing import Any, Final

import durable_rules_engine as durable

from engine.conditions.encoding import Encoder, disjuncts
from engine.errors import EngineCrashed
from engine.ruleset.condition import Condition, FactValue, tests

#: Durable rules in one set, beside the catch-all. 512 hang the C code; it refuses a fact (error 303) that more than 64
#: branches of its network match at once, and each rule is at most one branch.
MAX_RULES: Final = 60
_CATCH_ALL: Final = "x"
_NAMES = count()


class Session:
    """The compiled conditions of one ruleset version for one subject. Safe to share between threads."""

    def __init__(self, conditions: Mapping[str, Condition]) -> None:
        """conditions: name -> condition. Raises RuleProblem when one has too many alternatives."""
        self._names = list(conditions)
        self._normal = [disjuncts(condition, rule=name) for name, condition in conditions.items()]
        self._encoder = Encoder(sorted({test.fact for condition in conditions.values() for test in tests(condition)}))
        self._lock = Lock()
        self._sets = self._compiled()

    def matches(self, facts: Mapping[str, FactValue]) -> tuple[int, ...]:
        """Indices of the conditions that hold for a snapshot, in their order.

        Raises FactInvalid for a fact outside its type, EngineCrashed when the C code refuses.
        """
        fact = self._encoder.encode(facts)
        fired: list[int] = []
        with self._lock:
            try:
                for handle in self._sets:
                    fired += _fired(handle, fact)
            except Exception as error:
                # The C code raises bare Exception. A fact may be half processed: its set is not used again.
                self._sets = self._compiled()
                raise EngineCrashed(f"durable-rules refused a snapshot: {error}") from error
        return tuple(sorted(set(fired)))

    def _compiled(self) -> list[int]:
        rules = [
            (f"{index}_{number}", [comparison.definition() for comparison in alternative])
            for index, normal in enumerate(self._normal)
            for number, alternative in enumerate(normal)
        ]
        return [_compile(rules[start : start + MAX_RULES]) for start in range(0, len(rules), MAX_RULES)]


def _compile(rules: Sequence[tuple[str, list[dict[str, object]]]]) -> int:
    definition: dict[str, Any] = {
        name: {"all": [{"m": {"$and": [{"k": 1}, *comparisons]} if comparisons else {"k": 1}}], "pri": number}
        for number, (name, comparisons) in enumerate(rules)
    }
    definition[_CATCH_ALL] = {"all": [{"m": {"k": 1}}], "pri": len(rules)}
    handle: int = durable.create_ruleset(f"monitum{next(_NAMES)}", json.dumps(definition, ensure_ascii=False))
    return handle


def _fired(handle: int, fact: str) -> list[int]:
    """Indices of the conditions that fired, once for each alternative that holds."""
    code, state = durable.assert_fact(handle, fact)
    if code != 0:
        raise EngineCrashed(f"durable-rules answered {code} to a fact.")
    fired = []
    started = durable.start_action_for_state(handle, state)
    action = started[1] if started else None
    while action:
        name = action[2 : action.index('"', 2)]
        if name != _CATCH_ALL:
            fired.append(int(name[: name.index("_")]))
        action = durable.complete_and_start_action(handle, state)
    durable.retract_fact(handle, fact)
    return fired
