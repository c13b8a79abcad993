"""Words of `monitum law` in Polish and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Word -> language -> how it is printed; columns of numbers end in '#' (app.commands.output.print_table).
LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "from": {"pl": "od", "en": "from"},
    "to": {"pl": "do", "en": "to"},
    "days": {"pl": "dni#", "en": "days#"},
    "rate": {"pl": "stopa %#", "en": "rate %#"},
    "principal": {"pl": "należność#", "en": "principal#"},
    "interest": {"pl": "odsetki#", "en": "interest#"},
    "source": {"pl": "źródło", "en": "source"},
    "total": {"pl": "razem", "en": "total"},
    "due": {"pl": "termin płatności po art. 115 k.c.", "en": "effective due date"},
    "maturity": {"pl": "wymagalność", "en": "maturity"},
    "claim": {"pl": "należność", "en": "claim"},
    "lump_sum": {"pl": "rekompensata", "en": "lump sum"},
    "mid": {"pl": "kurs średni i jego dzień", "en": "mid rate and its day"},
    "compensation": {"pl": "rekompensata w walucie wezwania", "en": "compensation"},
    "compensation_interest": {"pl": "odsetki od rekompensaty", "en": "interest on the compensation"},
    "basis": {"pl": "podstawa", "en": "basis"},
    "policy": {"pl": "przyjęto", "en": "policy"},
    "day": {"pl": "dzień", "en": "day"},
    "paid": {"pl": "wpłata#", "en": "paid#"},
    "to_interest": {"pl": "na odsetki#", "en": "to interest#"},
    "to_principal": {"pl": "na należność#", "en": "to principal#"},
    "excess": {"pl": "nadpłata#", "en": "excess#"},
    "principal_left": {"pl": "należność po#", "en": "principal left#"},
    "interest_left": {"pl": "odsetki po#", "en": "interest left#"},
    "reading": {"pl": "liczone od", "en": "counted from"},
    "last_day": {"pl": "ostatni dzień przed przedawnieniem", "en": "last day before limitation"},
    "years": {"pl": "lata#", "en": "years#"},
    "due_date": {"pl": "terminu płatności", "en": "the due date"},
    "effective_due_date": {"pl": "terminu po art. 115 k.c.", "en": "the effective due date"},
    "day_after": {"pl": "dnia następnego", "en": "the day after it"},
    "chosen": {"pl": "przyjęto", "en": "chosen"},
    "demand_allowed": {"pl": "wolno wzywać", "en": "demand allowed"},
    "time_barred": {"pl": "przedawnione", "en": "time-barred"},
    "yes": {"pl": "tak", "en": "yes"},
    "no": {"pl": "nie", "en": "no"},
    "name": {"pl": "nazwa", "en": "name"},
    "title": {"pl": "co to jest", "en": "what it is"},
    "verified_to": {"pl": "sprawdzone do", "en": "verified to"},
    "confidence": {"pl": "pewność", "en": "confidence"},
    "not_verified": {"pl": "nie sprawdzono", "en": "not verified"},
    "unknown": {"pl": "brak", "en": "none"},
    "fixed": {"pl": "stopa z pierwszego dnia opóźnienia obowiązuje przez całe opóźnienie",
              "en": "the rate of the first day of the delay holds for all of it"},
}  # fmt: skip
