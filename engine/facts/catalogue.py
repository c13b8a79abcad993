"""The fact catalogue: the single list of what a rule may ask, with types, units and words in both languages.

JSON Schema, sentences, the encoding for durable-rules, the documentation and the editor are generated from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

FactType = Literal["money", "days", "count", "percent", "date", "flag", "choice", "text"]
Scope = Literal["item", "customer"]

#: Integers outside are refused: durable-rules cuts them silently near 2**64, and no book holds 10**15 minor units.
INTEGER_LIMIT: Final = 10**15

CUSTOMER_KINDS: Final = ("business", "sole_trader", "consumer", "public", "public_health")
DOCUMENT_KINDS: Final = (
    "invoice",
    "receipt",
    "correction",
    "correcting_note",
    "proforma",
    "interest_note",
    "debit_note",
    "other",
)
#: What is claimed decides how long, and from which debtors, it can be had (engine.facts.legal.LIMITATIONS).
CLAIM_KINDS: Final = (
    "sale",
    "specific_work",
    "trade",
    "periodic",
    "carriage",
    "general",
    "judgment",
    "commercial_interest",
    "compensation",
)
#: Sectors with a law of their own on cutting services; default: the contract.
SECTORS: Final = ("energy", "telecom", "water", "default")
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
HOLD_REASONS: Final = ("dispute", "promise", "instalment_plan", "insolvency", "factored", "complaint", "manual")


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of a snapshot.

    `scope`: 'item' facts exist only in item snapshots, 'customer' facts in both. `optional`: may be absent.
    money is in minor units of the ruleset's ledger currency; date is a proleptic ordinal (date.toordinal).
    """

    name: str
    type: FactType
    scope: Scope
    label: Mapping[str, str]
    help: Mapping[str, str]
    optional: bool = False
    choices: tuple[str, ...] = ()


def _fact(
    name: str,
    type_: FactType,
    scope: Scope,
    pl: str,
    en: str,
    help_pl: str,
    help_en: str,
    *,
    optional: bool = False,
    choices: tuple[str, ...] = (),
) -> Fact:
    return Fact(name, type_, scope, {"pl": pl, "en": en}, {"pl": help_pl, "en": help_en}, optional, choices)


CATALOGUE: Final[tuple[Fact, ...]] = (
    # the open item
    _fact("days_past_due", "days", "item", "dni po terminie", "days past due",
          "Dni od terminu płatności; przed terminem liczba ujemna.", "Days since the due date; negative before it."),
    _fact("open_amount", "money", "item", "kwota otwarta", "open amount",
          "Pozostało do zapłaty, w walucie księgi.", "Still to be paid, in ledger currency.", optional=True),
    _fact("original_amount", "money", "item", "kwota pierwotna", "original amount",
          "Kwota pozycji przed wpłatami, w walucie księgi.", "The amount before payments, in ledger currency.",
          optional=True),
    _fact("currency", "text", "item", "waluta", "currency",
          "Waluta dokumentu (ISO 4217).", "Currency of the document (ISO 4217)."),
    _fact("document_kind", "choice", "item", "rodzaj dokumentu", "document kind",
          "Rodzaj dokumentu, z którego pochodzi pozycja.", "Kind of the document the item stems from.",
          choices=DOCUMENT_KINDS),
    _fact("due_date", "date", "item", "termin płatności", "due date",
          "Termin płatności pozycji.", "Due date of the item."),
    _fact("days_since_issue", "days", "item", "dni od wystawienia", "days since issue",
          "Dni od daty wystawienia dokumentu.", "Days since the document's issue date."),
    _fact("instalment", "flag", "item", "rata", "instalment",
          "Pozycja jest jedną z kilku rat dokumentu.", "The item is one of several instalments of its document."),
    _fact("disputed", "flag", "item", "sporna", "disputed",
          "Pozycja lub klient ma otwarty spór.", "The item or its customer has an open dispute."),
    _fact("stage", "text", "item", "etap", "stage",
          "Ostatni etap drabiny wysłany dla pozycji.", "Last ladder stage sent for the item.", optional=True),
    _fact("days_in_stage", "days", "item", "dni w etapie", "days in stage",
          "Dni od wysłania ostatniego etapu.", "Days since the last stage was sent.", optional=True),
    _fact("claim_kind", "choice", "item", "rodzaj roszczenia", "claim kind",
          "Czego dotyczy roszczenie: od tego zależy termin przedawnienia i to, od kogo wolno go żądać.",
          "What is claimed: the limitation period and the debtors it may be claimed from depend on it.",
          choices=CLAIM_KINDS),
    _fact("limitation_date", "date", "item", "ostatni dzień przed przedawnieniem", "limitation date",
          "Ostatni dzień, w którym roszczenie nie jest przedawnione; brak, gdy prawo z dnia terminu nie jest znane.",
          "Last day on which the claim is not time-barred; absent when the law of its due date is not known.",
          optional=True),
    _fact("days_past_limitation", "days", "item", "dni po przedawnieniu", "days past limitation",
          "Dni od ostatniego dnia przed przedawnieniem; od 1 roszczenie jest przedawnione, przedtem najwyżej 0.",
          "Days since the limitation date; from 1 on the claim is time-barred, before that zero or negative.",
          optional=True),
    # the customer; in item snapshots, of the item's customer
    _fact("on_hold", "flag", "customer", "wstrzymane", "on hold",
          "Pozycja lub klient jest wstrzymany.", "The item or its customer is on hold."),
    _fact("hold_reason", "choice", "customer", "powód wstrzymania", "hold reason",
          "Powód najpoważniejszego wstrzymania.", "Reason of the hold that weighs most.",
          optional=True, choices=HOLD_REASONS),
    _fact("insolvent", "flag", "customer", "niewypłacalny", "insolvent",
          "Wstrzymanie z powodu upadłości lub restrukturyzacji dotyczy klienta lub którejkolwiek jego pozycji.",
          "A hold for insolvency or restructuring is on the customer or on any of its items."),
    _fact("source", "text", "customer", "system źródłowy", "source",
          "Klucz systemu F-K, z którego pochodzą dane.", "Key of the F-K system the facts come from."),
    _fact("customer_kind", "choice", "customer", "rodzaj klienta", "customer kind",
          "Firma, osoba prowadząca działalność, konsument, podmiot publiczny lub publiczna ochrona zdrowia.",
          "Business, sole trader, consumer, public body or public health entity.", choices=CUSTOMER_KINDS),
    _fact("segment", "text", "customer", "segment", "segment",
          "Segment klienta w systemie źródłowym.", "The customer's segment in the source.", optional=True),
    _fact("country", "text", "customer", "kraj", "country",
          "Kraj klienta (ISO 3166-1 alpha-2).", "The customer's country (ISO 3166-1 alpha-2).", optional=True),
    _fact("dunning_allowed", "flag", "customer", "windykacja dozwolona", "dunning allowed",
          "Klient nie jest wyłączony z windykacji.", "The customer is not exempt from dunning."),
    _fact("has_email", "flag", "customer", "ma e-mail", "has e-mail",
          "Znany jest adres e-mail klienta, którego serwer poczty nie odrzucił na stałe.",
          "An e-mail address of the customer is known that the mail server has not refused for good."),
    _fact("email_bounced", "flag", "customer", "e-mail odrzucony", "e-mail bounced",
          "Serwer poczty odrzucił na stałe adres klienta, który nadal jest w księgach.",
          "The mail server has refused for good an address of the customer that the books still have."),
    _fact("total_open", "money", "customer", "należności razem", "total open",
          "Suma otwartych należności, bez nadpłat.", "Sum of open debit items, credits not netted.", optional=True),
    _fact("credit_amount", "money", "customer", "nadpłaty i korekty", "credits",
          "Otwarte pozycje na korzyść klienta i nierozliczone wpłaty.", "Open credit items and unallocated payments.",
          optional=True),
    _fact("balance", "money", "customer", "saldo", "balance",
          "Należności minus nadpłaty.", "Open debit items less credits.", optional=True),
    _fact("overdue_amount", "money", "customer", "kwota przeterminowana", "overdue amount",
          "Suma przeterminowanych należności.", "Sum of debit items past due.", optional=True),
    _fact("net_overdue", "money", "customer", "przeterminowane netto", "net overdue",
          "Przeterminowane należności minus nadpłaty.", "Debit items past due less credits.", optional=True),
    _fact("actionable_overdue", "money", "customer", "przeterminowane bez wstrzymanych", "actionable overdue",
          "Przeterminowane należności bez pozycji wstrzymanych.", "Debit items past due that are not on hold.",
          optional=True),
    _fact("open_count", "count", "customer", "liczba pozycji", "open items",
          "Liczba otwartych należności.", "Number of open debit items."),
    _fact("overdue_count", "count", "customer", "liczba przeterminowanych", "overdue items",
          "Liczba przeterminowanych należności.", "Number of debit items past due."),
    _fact("oldest_days_past_due", "days", "customer", "dni najstarszej zaległości", "oldest days past due",
          "Dni po terminie najstarszej otwartej należności bez wstrzymania; 0, gdy żadna nie jest po terminie.",
          "Days past due of the oldest open debit item not on hold; 0 when none is past due."),
    _fact("credit_limit", "money", "customer", "limit kredytowy", "credit limit",
          "Limit kredytowy; brak limitu to nie limit 0.", "Credit limit; no limit is not limit 0.", optional=True),
    _fact("credit_utilisation", "percent", "customer", "wykorzystanie limitu", "credit utilisation",
          "Saldo jako procent limitu, w dół do pełnych procentów.", "Balance in percent of the limit, rounded down.",
          optional=True),
    _fact("turnover_12m", "money", "customer", "obrót 12 miesięcy", "turnover 12 months",
          "Sprzedaż netto ostatnich 12 miesięcy.", "Net sales of the last 12 months.", optional=True),
    _fact("promises_broken", "count", "customer", "złamane obietnice", "broken promises",
          "Obietnice zapłaty, które minęły bez zapłaty.", "Promises to pay that passed unpaid."),
    _fact("suspended", "flag", "customer", "usługi wstrzymane", "suspended",
          "Co najmniej jedna usługa klienta jest wstrzymana.", "At least one service of the customer is suspended."),
    _fact("has_service", "flag", "customer", "ma usługę", "has a service",
          "Klient ma usługę, którą można wstrzymać.", "The customer has a service that can be suspended."),
    _fact("notice_delivered", "flag", "customer", "wezwanie doręczone", "notice delivered",
          "Doręczono wezwanie poprzedzające wstrzymanie dla należności, która nadal jest zaległa.",
          "The notice that must precede suspension was delivered for an item that is still overdue."),
    _fact("days_since_notice", "days", "customer", "dni od wezwania", "days since notice",
          "Dni od doręczenia tego wezwania (najdawniejszego).", "Days since that notice (the earliest).",
          optional=True),
    _fact("sector", "choice", "customer", "branża usług", "sector of the services",
          "Branża usług klienta; przy kilku pierwsza z podanych. Wstrzymanie czeka na najdłuższy termin z nich.",
          "Sector of the customer's services; of several the first listed. Suspension waits for the longest of them.",
          optional=True, choices=SECTORS),
    _fact("suspension_earliest", "date", "customer", "najwcześniejszy dzień wstrzymania", "earliest suspension",
          "Pierwszy dzień, w którym po doręczonym wezwaniu wolno wstrzymać usługi; brak bez wezwania, przy wezwaniu "
          "przedwczesnym i gdy prawo nie jest znane.",
          "First day on which services may be suspended after the notice; absent without one, with one that came too "
          "early, and when the law is not known.", optional=True),
    _fact("days_since_suspension_allowed", "days", "customer", "dni odkąd wolno wstrzymać",
          "days since suspension is allowed",
          "Dni od najwcześniejszego dnia wstrzymania; przed nim liczba ujemna.",
          "Days since the earliest suspension; negative before it.", optional=True),
    _fact("days_since_contact", "days", "customer", "dni od kontaktu", "days since contact",
          "Dni od ostatniej wiadomości do klienta, we wszystkich kanałach.",
          "Days since the last message to the customer, all channels.", optional=True),
    _fact("days_since_contact_allowed", "days", "customer", "dni od końca przerwy w kontaktach",
          "days since contact is allowed",
          "Dni od dnia, w którym dozwolona częstość dopuszcza następną wiadomość, we wszystkich kanałach; przed nim "
          "liczba ujemna.",
          "Days since the frequencies of contact allow another message, all channels; negative before.", optional=True),
    _fact("contact_on_days_off", "flag", "customer", "kontakt w dni wolne", "contact on days off",
          "W dni wolne od pracy wolno pisać do klienta; brak, gdy reguła kontaktu nie jest znana.",
          "The customer may be written to on days off; absent when the rule of contact is not known.", optional=True),
    _fact("days_since_last_run", "days", "customer", "dni od ostatniego przebiegu", "days since last run",
          "Dni od poprzedniego zakończonego przebiegu.", "Days since the previous completed run.", optional=True),
    # the day and the data
    _fact("rate_known", "flag", "customer", "kurs znany", "rate known",
          "Znany jest kurs każdej nadpłaty. Należność bez kursu liczy się jako zero: może być tylko więcej.",
          "The rate of every credit is known. A debt without a rate counts as nothing: it can only be more."),
    _fact("source_age_hours", "count", "customer", "wiek danych (godziny)", "source age (hours)",
          "Godziny od chwili, z której są księgi, lub od ostatniej pełnej synchronizacji, jeśli jest dawniejsza; bez "
          "dni, w które eksport nie przychodzi. Ujemne, gdy ta chwila dopiero nastąpi: zegary się nie zgadzają.",
          "Hours since the books are from, or since the last complete sync if that is earlier; without those of days "
          "on which no export comes. Negative when that moment is yet to come: clocks disagree.", optional=True),
    _fact("books_stale", "flag", "customer", "księgi nieaktualne", "books too old",
          "Dane są starsze, niż firma dopuszcza (fresh_hours, zwykle 36 godzin), albo ich wiek nie jest znany.",
          "The data are older than the company allows (fresh_hours, 36 as a rule), or their age cannot be told."),
    _fact("books_doubtful", "flag", "customer", "księgi niepewne", "books in doubt",
          "Wiersz klienta, jego pozycji, wpłaty, korekty lub wstrzymania odrzucono albo sumy ksiąg się nie zgadzają; "
          "gdy nie wiadomo, czyj jest wiersz, dotyczy to wszystkich klientów źródła.",
          "A row of the customer, an item, payment, credit or hold of it was refused, or sums of the books do not add "
          "up; when nobody can say whose a row is, that is so for every customer of the source."),
    _fact("working_day", "flag", "customer", "dzień roboczy", "working day",
          "Dzień jest roboczy: nie sobota, niedziela ani święto.", "Neither Saturday, Sunday nor a public holiday."),
    _fact("weekday", "choice", "customer", "dzień tygodnia", "weekday",
          "Dzień tygodnia, na który zapada decyzja.", "The day of the week that is decided.", choices=WEEKDAYS),
    _fact("day_of_month", "count", "customer", "dzień miesiąca", "day of the month",
          "Dzień miesiąca, od 1 do 31.", "Day of the month, 1 to 31."),
    _fact("days_left_in_month", "count", "customer", "dni do końca miesiąca", "days left in the month",
          "Dni do ostatniego dnia miesiąca; w nim 0.", "Days until the last day of the month; 0 on it."),
    _fact("month", "choice", "customer", "miesiąc", "month",
          "Miesiąc, na który zapada decyzja.", "The month that is decided.", choices=MONTHS),
    _fact("blackout_day", "flag", "customer", "dzień bez windykacji", "blackout day",
          "Firma wyłączyła ten dzień z windykacji (blackout_days w company.yaml).",
          "The company does not dun on this day (blackout_days in company.yaml)."),
    _fact("contact_hour", "count", "customer", "godzina kontaktu", "contact hour",
          "Godzina (0-23) chwili wysyłki; znana dopiero przy wysyłce.",
          "Hour (0-23) of the moment of sending; known only then.", optional=True),
    _fact("contact_hour_allowed", "flag", "customer", "godzina dozwolona", "contact hour allowed",
          "O tej godzinie wolno pisać do klienta; znane dopiero przy wysyłce.",
          "The customer may be written to at this hour; known only at the moment of sending.", optional=True),
)  # fmt: skip

BY_NAME: Final[Mapping[str, Fact]] = {fact.name: fact for fact in CATALOGUE}


def facts_of(subject: Scope) -> tuple[Fact, ...]:
    """The facts of a snapshot of this subject: an item snapshot has its customer's too."""
    return tuple(fact for fact in CATALOGUE if subject == "item" or fact.scope == "customer")


#: Facts that an item has of its own: those of items alone, and whether it rests.
OWN_OF_ITEM: Final = frozenset(fact.name for fact in CATALOGUE if fact.scope == "item") | {"on_hold", "hold_reason"}
