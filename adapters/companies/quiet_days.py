"""`quiet_days:` of company.yaml: the days on which no export of the books comes."""

from __future__ import annotations

from datetime import date
from typing import Final

from marshmallow import ValidationError, fields

from engine.facts.catalogue import WEEKDAYS
from engine.facts.freshness import HOLIDAYS, WEEKENDS

_WORDS: Final = (WEEKENDS, HOLIDAYS, *WEEKDAYS)


class QuietDays(fields.Field[object]):
    """A list of days: names of weekdays, `weekends`, `holidays`, days as 2026-12-24."""

    def _deserialize(self, value: object, *_: object, **__: object) -> object:
        said = value if isinstance(value, list) else [value]
        quiet = tuple(sorted({_quiet(one) for one in said}))
        if set(WEEKDAYS) <= set(quiet) or {WEEKENDS, *WEEKDAYS[:5]} <= set(quiet):
            raise ValidationError("Every day of the week is quiet: books would never grow old.")
        return quiet


def _quiet(said: object) -> str:
    if isinstance(said, date):  # YAML reads a day as one
        return said.isoformat()
    word = str(said).strip().lower()
    if word in _WORDS:
        return word
    try:
        return date.fromisoformat(word).isoformat()
    except ValueError:
        raise ValidationError(
            f"'{said}' is no quiet day; write {', '.join(_WORDS[:3])} or another weekday, or a day as 2026-12-24."
        ) from None
