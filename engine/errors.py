"""The one error tree of the house. A class docstring is its default message; attributes are typed, never parsed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from engine.facts.catalogue import Snapshot


class MonitumError(Exception):
    """Monitum could not do what was asked."""

    #: Stable machine code, used in problem documents and `--json` output.
    code: ClassVar[str] = "monitum_error"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross processes whole: pickle would call the constructor with the message alone."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[MonitumError], args: tuple[object, ...], attributes: dict[str, object]) -> MonitumError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


class InvalidInput(MonitumError):
    """The input is not acceptable."""

    code = "invalid_input"

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFound(MonitumError):
    """There is no such record."""

    code = "not_found"

    def __init__(self, what: str, key: str) -> None:
        super().__init__(f"There is no {what} '{key}'.")
        self.what = what
        self.key = key


class Conflict(MonitumError):
    """The record changed or is in a state that does not allow this."""

    code = "conflict"


class AmbiguousCustomer(Conflict):
    """Several sources have a customer with this key."""

    code = "ambiguous_customer"

    def __init__(self, key: str, sources: Sequence[str]) -> None:
        super().__init__(f"Several sources have a customer '{key}': {', '.join(sources)}. Name the source.")
        self.key = key
        self.sources = tuple(sources)


class NoRuleset(Conflict):
    """No ruleset is for a customer."""

    code = "no_ruleset"

    def __init__(self, day: date) -> None:
        super().__init__(f"No ruleset that is effective on {day} is for this customer.")
        self.day = day


class FourEyes(Conflict):
    """Somebody else than those who wrote and submitted it must approve it."""

    code = "four_eyes"


class IssueRefused(Conflict):
    """A rule forbids issuing this document."""

    code = "issue_refused"

    def __init__(self, rule: str, message: str | None = None) -> None:
        super().__init__(f"{rule}: {message or self.__doc__}")
        self.rule = rule


class StaleEdition(Conflict):
    """The record was changed by somebody else in the meantime."""

    code = "stale_edition"


class RulesetInvalid(MonitumError):
    """The ruleset cannot be used."""

    code = "ruleset_invalid"

    def __init__(self, problems: tuple[RuleProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class RuleProblem(MonitumError):
    """One thing wrong with a rule file: where, what, and what was probably meant."""

    code = "rule_problem"

    def __init__(
        self, message: str, *, path: str = "", file: str = "", line: int | None = None, hint: str | None = None
    ) -> None:
        where = ":".join(part for part in (file, str(line) if line else "") if part)
        text = f"{where}: {message}" if where else message
        super().__init__(f"{text} {hint}" if hint else text)
        self.message = message
        self.path = path
        self.file = file
        self.line = line
        self.hint = hint


class VersionBroken(MonitumError):
    """A stored ruleset version is not what was submitted; nothing is decided with it."""

    code = "version_broken"


class FactInvalid(MonitumError):
    """A fact has a value that its type does not allow."""

    code = "fact_invalid"

    def __init__(self, fact: str, value: object, reason: str) -> None:
        super().__init__(f"Fact '{fact}' is {value!r}: {reason}.")
        self.fact = fact
        self.value = value
        self.reason = reason


class Disagreement(MonitumError):
    """The two evaluators disagree; the run stops and the snapshot is kept."""

    code = "evaluators_disagree"

    def __init__(
        self,
        subject: str,
        only_session: tuple[str, ...],
        only_evaluator: tuple[str, ...],
        snapshot: Snapshot | None = None,
    ) -> None:
        super().__init__(
            f"The two evaluators disagree on '{subject}': only durable-rules matched {list(only_session)}, "
            f"only the evaluator matched {list(only_evaluator)}. Nothing was decided."
        )
        self.subject = subject
        self.only_session = only_session
        self.only_evaluator = only_evaluator
        #: What was decided on, to be kept.
        self.snapshot = snapshot


class EngineCrashed(MonitumError):
    """A child process died twice on the same batch; the batch is kept for inspection."""

    code = "engine_crashed"


class AdapterError(MonitumError):
    """An outside system did not do what was asked."""

    code = "adapter_error"

    def __init__(self, message: str | None = None, *, permanent: bool = False) -> None:
        super().__init__(message)
        #: True when trying again cannot help (refused recipient, endpoint gone).
        self.permanent = permanent


class TargetDown(AdapterError):
    """The other side does not work at all at present; others would fare no better."""

    code = "target_down"


class EffectUnknown(AdapterError):
    """The other side may or may not have acted: no answer came after the effect was under way."""

    code = "effect_unknown"


class RateMissing(MonitumError):
    """No exchange rate is known for a currency on a day."""

    code = "rate_missing"

    def __init__(self, currency: str, day: str) -> None:
        super().__init__(f"No NBP table A rate for {currency} is known for the last working day before {day}.")
        self.currency = currency
        self.day = day


class ParameterMissing(MonitumError):
    """No value of a parameter of the law is known for a day."""

    code = "parameter_missing"

    def __init__(self, parameter: str, day: date) -> None:
        super().__init__(f"No value of '{parameter}' is known for {day}. Add it with its source to the parameters.")
        self.parameter = parameter
        self.day = day


class ParameterNotVerified(MonitumError):
    """A parameter of the law was not verified for a day; nothing is extrapolated."""

    code = "parameter_not_verified"

    def __init__(self, parameter: str, day: date, verified_to: date) -> None:
        super().__init__(
            f"'{parameter}' is verified to {verified_to}, and {day} was asked. "
            "Look the value up, then extend 'verified_to' in the parameters."
        )
        self.parameter = parameter
        self.day = day
        self.verified_to = verified_to


class ChoiceNeeded(MonitumError):
    """The law leaves this open; a person must choose."""

    code = "choice_needed"

    def __init__(self, policy: str, question: str) -> None:
        super().__init__(f"{question} Choose by the policy '{policy}'.")
        self.policy = policy
        self.question = question


class ArchiveBroken(MonitumError):
    """The archive does not verify."""

    code = "archive_broken"
