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
    "run:held": {"pl": "wstrzymano zawieszenia z przebiegu", "en": "suspensions of a run held"},
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
    "document:settled": {"pl": "zmieniło się rozliczenie dokumentu", "en": "settlement of a document changed"},
    "document:submitted": {"pl": "wysłano dokument do KSeF", "en": "document submitted to KSeF"},
    "document:accepted": {"pl": "KSeF przyjął dokument", "en": "document accepted by KSeF"},
    "document:rejected": {"pl": "KSeF odrzucił dokument", "en": "document rejected by KSeF"},
    "document:confirmed": {"pl": "otrzymano UPO dokumentu", "en": "confirmation of a document (UPO) received"},
    "archive:read": {"pl": "czytano archiwum", "en": "archive read"},
    "archive:exported": {"pl": "wyeksportowano archiwum", "en": "archive exported"},
    "subject:erased": {"pl": "usunięto dane osoby", "en": "personal data of a subject erased"},
    "subject:readmitted": {"pl": "ponownie przyjęto dane osoby", "en": "subject taken in again"},
    "erasure:refused": {"pl": "odmówiono usunięcia danych", "en": "erasure refused"},
    "legal_hold:set": {"pl": "zakazano usuwania danych", "en": "legal hold set"},
    "legal_hold:lift_asked": {"pl": "pierwsza osoba zniosła zakaz usuwania", "en": "legal hold lifted by one person"},
    "legal_hold:lifted": {"pl": "zniesiono zakaz usuwania danych", "en": "legal hold lifted"},
    "key:rotated": {"pl": "wprowadzono nowy klucz dziennika", "en": "new key of the log introduced"},
    "key:retired": {"pl": "wycofano stary klucz dziennika", "en": "old key of the log retired"},
    "kek:rotated": {"pl": "wymieniono klucz szyfrujący klucze", "en": "key-encryption key replaced"},
    "kek:retired": {"pl": "wycofano stary klucz szyfrujący klucze", "en": "old key-encryption key retired"},
    "log:restarted": {"pl": "rozpoczęto nowy dziennik po utracie wpisów", "en": "new log begun after a loss"},
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
