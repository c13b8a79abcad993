"""The vocabulary of generated sentences, Polish and English: how each fact and value is spoken of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Language: TypeAlias = Literal["pl", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("pl", "en")
Both: TypeAlias = Mapping[Language, str]


def _both(pl: str, en: str) -> Both:
    return {"pl": pl, "en": en}


@dataclass(frozen=True, slots=True)
class Subject:
    """How a clause about a fact begins: noun, then verb; `no` is the verb when the clause denies."""

    noun: str
    verb: str
    no: str


def _subject(pl: str, verb: str, no: str, en: str) -> Mapping[Language, Subject]:
    return {"pl": Subject(pl, verb, no), "en": Subject(en, "is", "is not")}


def _amount(pl: str, en: str) -> Mapping[Language, Subject]:
    return _subject(pl, "wynosi", "nie wynosi", en)


def _name(pl: str, en: str) -> Mapping[Language, Subject]:
    return _subject(pl, "to", "to nie", en)


def _passed(pl: str, en: str) -> Mapping[Language, Subject]:
    return _subject(pl, "minęło", "nie minęło", en)


SUBJECTS: Final[Mapping[str, Mapping[Language, Subject]]] = {
    "days_past_due": _subject("dzień", "przypada", "nie przypada", "the day"),
    "open_amount": _amount("kwota otwarta", "the open amount"),
    "original_amount": _amount("kwota pierwotna", "the original amount"),
    "currency": _name("waluta dokumentu", "the currency of the document"),
    "document_kind": _name("rodzaj dokumentu", "the kind of the document"),
    "due_date": _subject("termin płatności", "przypada", "nie przypada", "the due date"),
    "days_since_issue": _passed("od wystawienia dokumentu", "the time since the document was issued"),
    "stage": _name("ostatni wysłany etap", "the last stage sent"),
    "days_in_stage": _passed("od wysłania ostatniego etapu", "the time since the last stage was sent"),
    "hold_reason": _name("powód wstrzymania", "the reason of the hold"),
    "source": _name("system źródłowy", "the source system"),
    "customer_kind": _name("rodzaj klienta", "the kind of the customer"),
    "segment": _name("segment klienta", "the customer's segment"),
    "country": _name("kraj klienta", "the customer's country"),
    "total_open": _amount("suma należności", "the total of open items"),
    "credit_amount": _amount("suma nadpłat i korekt", "the total of credits"),
    "balance": _amount("saldo klienta", "the customer's balance"),
    "overdue_amount": _amount("kwota przeterminowana", "the overdue amount"),
    "net_overdue": _amount("kwota przeterminowana po odjęciu nadpłat", "the overdue amount less credits"),
    "actionable_overdue": _amount(
        "kwota przeterminowana bez pozycji wstrzymanych", "the overdue amount without items on hold"
    ),
    "open_count": _amount("liczba otwartych pozycji", "the number of open items"),
    "overdue_count": _amount("liczba przeterminowanych pozycji", "the number of overdue items"),
    "oldest_days_past_due": _amount("opóźnienie najstarszej zaległości", "the delay of the oldest overdue item"),
    "credit_limit": _amount("limit kredytowy", "the credit limit"),
    "credit_utilisation": _amount("wykorzystanie limitu kredytowego", "the use of the credit limit"),
    "turnover_12m": _amount("obrót z 12 miesięcy", "the turnover of 12 months"),
    "promises_broken": _amount("liczba złamanych obietnic zapłaty", "the number of broken promises to pay"),
    "days_since_notice": _passed("od doręczenia wezwania", "the time since the notice was delivered"),
    "days_since_contact": _passed("od ostatniej wiadomości", "the time since the last message"),
    "days_since_last_run": _passed("od poprzedniego przebiegu", "the time since the previous run"),
    "source_age_hours": _amount("wiek danych", "the age of the data"),
    "claim_kind": _name("rodzaj roszczenia", "the kind of the claim"),
    "limitation_date": _subject(
        "ostatni dzień przed przedawnieniem", "przypada", "nie przypada", "the limitation date"
    ),
    "days_past_limitation": _passed("od ostatniego dnia przed przedawnieniem", "the time since the limitation date"),
    "sector": _name("branża usług", "the sector of the services"),
    "suspension_earliest": _subject(
        "najwcześniejszy dzień wstrzymania", "przypada", "nie przypada", "the earliest day of suspension"
    ),
    "days_since_suspension_allowed": _passed("odkąd wolno wstrzymać usługi", "the time since suspension is allowed"),
    "days_since_contact_allowed": _passed("od końca przerwy w kontaktach", "the time since contact is allowed again"),
    "weekday": _name("dzień tygodnia", "the day of the week"),
    "day_of_month": _amount("dzień miesiąca", "the day of the month"),
    "days_left_in_month": _amount("liczba dni do końca miesiąca", "the number of days left in the month"),
    "month": _name("miesiąc", "the month"),
    "contact_hour": _name("godzina kontaktu", "the hour of contact"),
}

#: Flags: what is said when they are set, and when they are not.
FLAGS: Final[Mapping[str, tuple[Both, Both]]] = {
    "instalment": (_both("pozycja jest ratą", "the item is an instalment"),
                   _both("pozycja nie jest ratą", "the item is not an instalment")),
    "disputed": (_both("pozycja jest sporna", "the item is disputed"),
                 _both("pozycja nie jest sporna", "the item is not disputed")),
    "on_hold": (_both("windykacja jest wstrzymana", "dunning is on hold"),
                _both("windykacja nie jest wstrzymana", "dunning is not on hold")),
    "insolvent": (_both("klient jest niewypłacalny", "the customer is insolvent"),
                  _both("klient nie jest niewypłacalny", "the customer is not insolvent")),
    "books_doubtful": (_both("księgi klienta są niepewne", "the customer's books are in doubt"),
                       _both("księgi klienta nie są niepewne", "the customer's books are not in doubt")),
    "contact_on_days_off": (_both("w dni wolne wolno pisać", "writing on days off is allowed"),
                            _both("w dni wolne nie wolno pisać", "writing on days off is not allowed")),
    "contact_hour_allowed": (_both("o tej godzinie wolno pisać", "writing at this hour is allowed"),
                             _both("o tej godzinie nie wolno pisać", "writing at this hour is not allowed")),
    "dunning_allowed": (_both("klienta wolno windykować", "the customer may be dunned"),
                        _both("klienta nie wolno windykować", "the customer may not be dunned")),
    "has_email": (_both("adres e-mail klienta jest znany", "an e-mail address of the customer is known"),
                  _both("adres e-mail klienta nie jest znany", "no e-mail address of the customer is known")),
    "books_stale": (_both("dane są starsze, niż firma dopuszcza", "the data are older than the company allows"),
                    _both("dane nie są za stare", "the data are not too old")),
    "email_bounced": (_both("serwer poczty odrzucił adres klienta", "an address of the customer was refused for good"),
                      _both("serwer poczty nie odrzucił adresu klienta", "no address of the customer was refused")),
    "suspended": (_both("usługi klienta są wstrzymane", "the customer's services are suspended"),
                  _both("usługi klienta nie są wstrzymane", "the customer's services are not suspended")),
    "has_service": (_both("klient ma usługę do wstrzymania", "the customer has a service to suspend"),
                    _both("klient nie ma usługi do wstrzymania", "the customer has no service to suspend")),
    "notice_delivered": (_both("wezwanie doręczono", "the notice was delivered"),
                         _both("wezwania nie doręczono", "the notice was not delivered")),
    "rate_known": (_both("kursy nadpłat są znane", "the exchange rates of all credits are known"),
                   _both("brakuje kursu nadpłaty", "the exchange rate of a credit is missing")),
    "working_day": (_both("dzień jest roboczy", "it is a working day"),
                    _both("dzień jest wolny od pracy", "it is not a working day")),
    "blackout_day": (_both("firma tego dnia nie windykuje", "the company does not dun on the day"),
                     _both("firma tego dnia windykuje", "the company duns on the day")),
}  # fmt: skip

CHOICES: Final[Mapping[str, Both]] = {
    "business": _both("firma", "business"),
    "sole_trader": _both("osoba prowadząca działalność", "sole trader"),
    "consumer": _both("konsument", "consumer"),
    "public": _both("podmiot publiczny", "public body"),
    "public_health": _both("podmiot publicznej ochrony zdrowia", "public health entity"),
    "invoice": _both("faktura", "invoice"),
    "receipt": _both("paragon", "receipt"),
    "correction": _both("faktura korygująca", "correction"),
    "correcting_note": _both("nota korygująca", "correcting note"),
    "proforma": _both("proforma", "proforma"),
    "interest_note": _both("nota odsetkowa", "interest note"),
    "debit_note": _both("nota obciążeniowa", "debit note"),
    "other": _both("inny dokument", "other document"),
    "sale": _both("sprzedaż lub usługa", "sale or service"),
    "specific_work": _both("umowa o dzieło", "specific-work contract"),
    "trade": _both("roszczenie z działalności gospodarczej", "claim of a business"),
    "periodic": _both("świadczenie okresowe", "periodic performance"),
    "carriage": _both("przewóz", "carriage"),
    "general": _both("roszczenie ogólne", "general claim"),
    "judgment": _both("roszczenie stwierdzone orzeczeniem", "claim by judgment"),
    "commercial_interest": _both("odsetki w transakcjach handlowych", "commercial interest"),
    "compensation": _both("rekompensata za koszty odzyskiwania", "compensation for recovery costs"),
    "energy": _both("energia, gaz, ciepło", "energy, gas, heat"),
    "telecom": _both("telekomunikacja", "telecommunications"),
    "water": _both("woda i ścieki", "water and sewage"),
    "default": _both("inne usługi", "other services"),
    "monday": _both("poniedziałek", "Monday"),
    "tuesday": _both("wtorek", "Tuesday"),
    "wednesday": _both("środa", "Wednesday"),
    "thursday": _both("czwartek", "Thursday"),
    "friday": _both("piątek", "Friday"),
    "saturday": _both("sobota", "Saturday"),
    "sunday": _both("niedziela", "Sunday"),
    "january": _both("styczeń", "January"),
    "february": _both("luty", "February"),
    "march": _both("marzec", "March"),
    "april": _both("kwiecień", "April"),
    "may": _both("maj", "May"),
    "june": _both("czerwiec", "June"),
    "july": _both("lipiec", "July"),
    "august": _both("sierpień", "August"),
    "september": _both("wrzesień", "September"),
    "october": _both("październik", "October"),
    "november": _both("listopad", "November"),
    "december": _both("grudzień", "December"),
    "dispute": _both("spór", "dispute"),
    "promise": _both("obietnica zapłaty", "promise to pay"),
    "instalment_plan": _both("plan ratalny", "instalment plan"),
    "insolvency": _both("niewypłacalność", "insolvency"),
    "factored": _both("wierzytelność przelana", "debt assigned"),
    "complaint": _both("reklamacja", "complaint"),
    "manual": _both("decyzja pracownika", "a person's decision"),
}

#: Predicates around a quantity, and around a moment in time.
QUANTITY: Final[Mapping[str, Both]] = {
    "is": _both("dokładnie {}", "exactly {}"),
    "at_least": _both("co najmniej {}", "at least {}"),
    "more_than": _both("więcej niż {}", "more than {}"),
    "at_most": _both("co najwyżej {}", "at most {}"),
    "less_than": _both("mniej niż {}", "less than {}"),
    "between": _both("od {} do {}", "from {} to {}"),
}
MOMENT: Final[Mapping[str, Both]] = {
    "is": _both("dokładnie {}", "exactly {}"),
    "at_least": _both("nie wcześniej niż {}", "no earlier than {}"),
    "more_than": _both("później niż {}", "later than {}"),
    "at_most": _both("nie później niż {}", "no later than {}"),
    "less_than": _both("wcześniej niż {}", "earlier than {}"),
    "between": _both("od {} do {}", "from {} to {}"),
}
AND: Final = _both("oraz", "and")
OR: Final = _both("albo", "or")
EITHER: Final = _both("lub", "or")
NOR: Final = _both("ani", "nor")
NOT: Final = _both("nieprawda, że ({})", "it is not true that ({})")
KNOWN: Final = _both("znana jest wartość „{}”", "the value of “{}” is known")
UNKNOWN: Final = _both("nie jest znana wartość „{}”", "the value of “{}” is not known")
AND_KNOWN: Final = _both(" (a wartość jest znana)", " (and is known)")
QUOTED: Final = _both("„{}”", "“{}”")
ALWAYS: Final = _both("Zawsze", "Always")
NEVER: Final = _both("nigdy", "never")
WHEN: Final = _both("Gdy {}", "When {}")
BASIS: Final = _both(" Podstawa: {}.", " Basis: {}.")
FORBID: Final = _both("zabronione: {}", "forbidden: {}")
DEFER: Final = _both("odłożone do {until}: {}", "put off until {until}: {}")
UNTIL: Final[Mapping[str, Both]] = {
    "next_working_day": _both("następnego dnia roboczego", "the next working day"),
    "next_open_day": _both("następnego dnia windykacji", "the next day that is no blackout day"),
    "next_contact_hour": _both("najbliższej godziny kontaktu", "the next hour of contact"),
}
EVERYTHING: Final = _both("każde działanie", "every action")
#: Coded values of settings of actions; what is not here is said as it is written.
CODES: Final[Mapping[str, Both]] = {
    "email": _both("e-mail", "e-mail"),
    "all": _both("wszystkie", "all"),
    "account_manager": _both("opiekun klienta", "account manager"),
    "credit_controller": _both("kontroler należności", "credit controller"),
    "customer": _both("klient", "customer"),
    "invoices": _both("PDF-y faktur", "PDFs of the invoices"),
    "amicable_attempt": _both("próba polubowna", "attempt to settle out of court"),
    "debtor_register": _both("rejestr dłużników", "debtor register"),
}
