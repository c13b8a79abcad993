"""The closed catalogue of what can happen: every entry's kind is 'subject:action', with words in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from archive.errors import EntryInvalid

#: kind -> label by language. Kinds are added, never renamed: bodies that name them are hashed for good.
KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "source:synced": {"pl": "zsynchronizowano źródło", "en": "source synchronized"},
    "run:started": {"pl": "rozpoczęto przebieg", "en": "run started"},
    "run:finished": {"pl": "zakończono przebieg", "en": "run finished"},
    "run:stopped": {"pl": "przerwano przebieg", "en": "run stopped"},
    "decision:made": {"pl": "podjęto decyzję", "en": "decision made"},
    "action:intended": {"pl": "zamierzono działanie", "en": "action intended"},
    "action:done": {"pl": "wykonano działanie", "en": "action done"},
    "action:failed": {"pl": "działanie nie powiodło się", "en": "action failed"},
    "action:cancelled": {"pl": "odwołano działanie", "en": "action cancelled"},
    "action:unknown": {"pl": "skutek działania nieznany", "en": "action outcome unknown"},
    "action:retried": {"pl": "ponowiono działanie", "en": "action retried"},
    "action:held": {"pl": "wstrzymano działanie", "en": "action held"},
    "proposal:approved": {"pl": "zatwierdzono propozycję", "en": "proposal approved"},
    "proposal:dropped": {"pl": "odrzucono propozycję", "en": "proposal dropped"},
    "ruleset:drafted": {"pl": "utworzono szkic zestawu reguł", "en": "ruleset drafted"},
    "ruleset:edited": {"pl": "zmieniono szkic zestawu reguł", "en": "ruleset draft edited"},
    "ruleset:submitted": {"pl": "przekazano zestaw reguł do zatwierdzenia", "en": "ruleset submitted"},
    "ruleset:approved": {"pl": "zatwierdzono zestaw reguł", "en": "ruleset approved"},
    "ruleset:withdrawn": {"pl": "wycofano zestaw reguł", "en": "ruleset withdrawn"},
    "hold:placed": {"pl": "założono wstrzymanie", "en": "hold placed"},
    "hold:lifted": {"pl": "zdjęto wstrzymanie", "en": "hold lifted"},
    "document:issued": {"pl": "wystawiono dokument", "en": "document issued"},
    "key:created": {"pl": "utworzono klucz", "en": "key created"},
    "api_key:created": {"pl": "utworzono klucz API", "en": "API key created"},
    "api_key:revoked": {"pl": "unieważniono klucz API", "en": "API key revoked"},
}


def require_kind(kind: str) -> str:
    """The kind itself. Raises EntryInvalid (field 'kind') when the catalogue does not have it."""
    if kind not in KINDS:
        raise EntryInvalid(f"'{kind}' is not in the catalogue of kinds.", field="kind")
    return kind


def label(kind: str, language: str) -> str:
    """What to call a kind, in 'pl' or 'en'; other languages read English. Raises EntryInvalid for an unknown kind."""
    words = KINDS[require_kind(kind)]
    return words.get(language, words["en"])
