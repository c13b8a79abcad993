"""Snapshots recomputed from plain rows, slowly and in the words of the design: what the quick ones must equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

Row = Mapping[str, Any]

LEDGER = "PLN"
STAGES = ("first", "notice", "last")
NOTICE = "notice"
DIGITS = {"PLN": 2, "EUR": 2, "JPY": 0, "KWD": 3, "GBP": 2}
#: PLN for one unit; nobody knows what a pound is worth.
RATES = {"PLN": Decimal(1), "EUR": Decimal("4.2345"), "JPY": Decimal("0.0263"), "KWD": Decimal("12.9")}
HEAVIEST_FIRST = ("insolvency", "factored", "dispute", "complaint", "instalment_plan", "promise", "manual")
PENDING = {"proposed", "ready", "claimed", "sending", "unknown", "held", "failed"}


#: Tables without versions.
UNDATED = {"action", "issued_document"}


class Rates:
    """The rate table of this world."""

    def rate(self, currency: str, _day: date) -> Decimal | None:
        """As engine.ports.RateTable."""
        return RATES.get(currency)


@dataclass
class World:
    """Rows by table, as they stand in the database but for the source; actions in the order of their numbers."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def believed(self, table: str, at: datetime) -> list[Row]:
        """The versions believed at a moment."""
        return [
            row
            for row in self.rows.get(table, [])
            if row["recorded_from"] <= at and (row["recorded_to"] is None or row["recorded_to"] > at)
        ]


def minor(amount: Decimal, currency: str) -> int:
    units = amount * 10 ** DIGITS[currency]
    assert units == int(units)
    return int(units)


def in_ledger(units: int, currency: str) -> int | None:
    """Minor units of the ledger currency, halves away from zero."""
    if currency not in RATES:
        return None
    exact = Fraction(units) / 10 ** DIGITS[currency] * Fraction(RATES[currency]) * 10 ** DIGITS[LEDGER]
    half_up = floor(abs(exact) + Fraction(1, 2))
    return half_up if exact >= 0 else -half_up


def total(amounts: Iterable[int | None]) -> int | None:
    known = list(amounts)
    return None if None in known else sum(amount for amount in known if amount is not None)


class Naive:
    """One customer of a world, on a day, as known at a moment."""

    def __init__(self, world: World, customer: str, as_of: date, known_at: datetime) -> None:
        self.world = world
        self.customer = customer
        self.as_of = as_of
        self.facts_of = {table: world.believed(table, known_at) for table in world.rows if table not in UNDATED}
        self.items = self._open("debit")
        self.holds = [hold for hold in self._own("hold") if hold["placed_on"] <= as_of]
        self.active = [hold for hold in self.holds if hold["expires_on"] is None or hold["expires_on"] >= as_of]
        self.done = [action for action in self._actions() if action["state"] == "done" and action["done_on"] <= as_of]
        self.pending = [action for action in self._actions() if action["state"] in PENDING]

    def _own(self, table: str) -> list[Row]:
        return [row for row in self.facts_of.get(table, []) if row["customer_key"] == self.customer]

    def _actions(self) -> list[Row]:
        return [row for row in self.world.rows.get("action", []) if row["customer_key"] == self.customer]

    def _used(self, name: str, key: str) -> Decimal:
        return sum(
            (
                row["amount"]
                for row in self.facts_of.get("allocation", [])
                if row[name] == key and row["allocated_on"] <= self.as_of
            ),
            Decimal(0),
        )

    def _open(self, direction: str) -> dict[str, tuple[Row, int]]:
        """Open items of a direction with the minor units left of each."""
        settles = "item_key" if direction == "debit" else "credit_item_key"
        found = {}
        for item in self._own("open_item"):
            left = item["amount"] - self._used(settles, item["key"])
            closed = item["closed_on"] is not None and item["closed_on"] <= self.as_of
            if item["direction"] == direction and item["issue_date"] <= self.as_of and not closed and left > 0:
                found[item["key"]] = (item, minor(left, item["currency"]))
        return found

    def credits(self) -> dict[str, int]:
        """Open credit items and what is left of payments, per currency."""
        parts = [(item["currency"], left) for item, left in self._open("credit").values()]
        for payment in self._own("payment"):
            left = payment["amount"] - self._used("payment_key", payment["key"])
            if payment["paid_on"] <= self.as_of and left > 0:
                parts.append((payment["currency"], minor(left, payment["currency"])))
        free = summed(parts)
        for row in self._own("doubt"):
            if row.get("amount") is not None and row["day"] <= self.as_of and row["currency"] in free:
                free[row["currency"]] = max(0, free[row["currency"]] - minor(row["amount"], row["currency"]))
        return {currency: units for currency, units in free.items() if units}

    def turnover(self) -> int | None:
        """Net sales of twelve months up to the day, in ledger currency; converted per currency."""
        day = self.as_of
        year_ago = day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
        sales = summed(
            (row["currency"], minor(row["gross"] if row["net"] is None else row["net"], row["currency"]))
            for row in self._own("document")
            if row["kind"] in {"invoice", "receipt", "correction"} and year_ago < row["issue_date"] <= day
        )
        return total(in_ledger(units, currency) for currency, units in sales.items())

    def rest(self, item: str | None) -> dict[str, Any]:
        """How an item rests, or with None the customer."""
        held = [hold for hold in self.active if hold["item_key"] in {None, item}]
        reasons = [hold["reason"] for hold in held]
        ends = [hold["expires_on"] for hold in held]
        return {
            "on_hold": bool(held),
            "reason": min(reasons, key=HEAVIEST_FIRST.index, default=None),
            "disputed": "dispute" in reasons or "complaint" in reasons,
            "until": max(ends) if ends and None not in ends else None,
        }

    def sent(self, item: str) -> list[tuple[str, date]]:
        """Stages sent for an item, oldest first."""
        steps = [
            (action["stage"], action["done_on"])
            for action in self.done
            if action["kind"] == "remind" and item in action["items"]
        ]
        return sorted(steps, key=lambda step: step[1])

    def pending_stage(self, item: str) -> str | None:
        """The stage under way for an item."""
        stages = [one["stage"] for one in self.pending if one["kind"] == "remind" and item in one["items"]]
        return stages[-1] if stages else None

    def notified(self) -> dict[str, date]:
        """Rules and the day of their last notification."""
        days: dict[str, date] = {}
        for action in [*self.done, *self.pending]:
            day = action["done_on"] if action["state"] == "done" else action["as_of"]
            for rule in action["rules"] if action["kind"] == "notify" else ():
                days[rule] = max(day, days.get(rule, day))
        return days

    def pending_kinds(self) -> tuple[str, ...]:
        """Customer actions under way."""
        return tuple(sorted({action["kind"] for action in self.pending} & {"suspend", "reinstate"}))

    def days_past_due(self, item: str) -> int:
        days: timedelta = self.as_of - self.items[item][0]["due_date"]
        return days.days

    def customer_facts(self) -> dict[str, Any]:
        """The facts of the customer's snapshot that depend on this world."""
        (row,) = (row for row in self.facts_of["customer"] if row["key"] == self.customer)
        services = {service["key"] for service in self._own("service")}
        contacts = self.contacts()
        notices = [
            day
            for item in self.items
            if self.days_past_due(item) > 0
            for stage, day in self.sent(item)
            if stage == NOTICE
        ]
        return {
            **self.totals(row),
            "on_hold": self.rest(None)["on_hold"],
            "hold_reason": self.rest(None)["reason"],
            "turnover_12m": self.turnover(),
            "promises_broken": self.promises_broken(),
            "has_service": bool(services),
            "suspended": any(
                state["key"] in services and state["desired"] == "suspended" for state in self._own("service_state")
            ),
            "notice_delivered": bool(notices),
            "days_since_notice": (self.as_of - min(notices)).days if notices else None,
            "days_since_contact": (self.as_of - max(contacts)).days if contacts else None,
            "days_since_contact_allowed": (self.as_of - max(contacts)).days - 3 if contacts else None,
            "contact_on_days_off": False,
            "contact_hour_allowed": None,
            "insolvent": any(hold["reason"] == "insolvency" for hold in self.active),
            "books_doubtful": any(
                row["customer_key"] in {self.customer, None} for row in self.facts_of.get("doubt", [])
            ),
            **self.suspension(),
        }

    def contacts(self) -> list[date]:
        """The days of messages and letters that urged the customer."""
        letters = [row for row in self.world.rows.get("issued_document", []) if row["customer_key"] == self.customer]
        return [action["done_on"] for action in self.done if action["kind"] in {"remind", "suspend"}] + [
            row["issue_date"] for row in letters if row["kind"] == "interest_note" and row["issue_date"] <= self.as_of
        ]

    def sectors(self) -> set[str]:
        """Sectors of the services; energy is the company's own."""
        return {service["sector"] or "energy" for service in self._own("service")} or {"energy"}

    def suspension(self) -> dict[str, Any]:
        """From when services may be cut: one notice must do for every sector."""
        order = [sector for sector in ("energy", "telecom", "water", "default") if sector in self.sectors()]
        days = [
            max(day for day in cuts if day)
            for item in self.items
            if self.days_past_due(item) > 0
            for stage, day in self.sent(item)
            if stage == NOTICE
            if None not in (cuts := [self.cut(sector, self.items[item][0]["due_date"], day) for sector in order])
        ]
        return {
            "sector": order[0] if self._own("service") else None,
            "suspension_earliest": min(days).toordinal() if days else None,
            "days_since_suspension_allowed": (self.as_of - min(days)).days if days else None,
        }

    def cut(self, sector: str, due: date, notice: date) -> date | None:
        """In the words of the statutes; None when the notice counts for nothing or the law of the day is not known."""
        if sector == "energy":  # 30 days, then 14 from the notice
            return notice + timedelta(days=15) if (notice - due).days > 30 else None
        if sector == "telecom":  # twice seven days, by the act in force since 10 November 2024
            known = min(due, notice) >= date(2024, 11, 10) and due <= notice
            return notice + timedelta(days=16) if known else None
        if sector == "water":  # two unpaid periods, then 20 days
            late = [key for key in self.items if self.days_past_due(key) > 0 and not self.rest(key)["on_hold"]]
            months = {self.items[key][0]["issue_date"].strftime("%Y-%m") for key in late}
            return notice + timedelta(days=21) if len(months) >= 2 and due <= notice else None
        return notice + timedelta(days=15) if due <= notice else None

    def totals(self, customer: Row) -> dict[str, Any]:
        """The sums over the open items: one without a rate counts as nothing, a credit without one hides what it may
        cover, and either hides the use of the limit."""
        amounts = {key: in_ledger(left, item["currency"]) for key, (item, left) in self.items.items()}
        counted = {key: amount or 0 for key, amount in amounts.items()}
        overdue = [key for key in self.items if self.days_past_due(key) > 0]
        acted_on = [key for key in overdue if not self.rest(key)["on_hold"]]
        credit = total(in_ledger(units, currency) for currency, units in self.credits().items())
        limit = customer["credit_limit"]
        if limit is not None:
            limit = in_ledger(minor(limit, customer["credit_currency"]), customer["credit_currency"])
        owed, late = sum(counted.values()), sum(counted[key] for key in overdue)
        used = None if credit is None or None in amounts.values() else utilisation(owed - credit, limit)
        sums = {
            "total_open": owed,
            "balance": None if credit is None else owed - credit,
            "overdue_amount": late,
            "net_overdue": None if credit is None else late - credit,
            "actionable_overdue": sum(counted[key] for key in acted_on),
            "credit_utilisation": used,
        }
        return sums | {
            "credit_amount": credit,
            "credit_limit": limit,
            "rate_known": credit is not None,
            "open_count": len(self.items),
            "overdue_count": len(overdue),
            "oldest_days_past_due": max((self.days_past_due(key) for key in acted_on), default=0),
        }

    def promises_broken(self) -> int:
        """Promises whose last day passed while what was promised is still open."""
        return sum(
            1
            for hold in self.holds
            if hold["reason"] == "promise"
            and hold not in self.active
            and (hold["item_key"] in self.items if hold["item_key"] else self.items)
        )

    def item_facts(self, key: str) -> dict[str, Any]:
        """The facts of an item's snapshot that are its own."""
        item, left = self.items[key]
        (document,) = (row for row in self.facts_of["document"] if row["key"] == item["document_key"])
        steps = [(STAGES.index(stage), day) for stage, day in self.sent(key) if stage in STAGES]
        last = limitation_date(item["claim"], item["due_date"])
        rest = self.rest(key)
        return {
            "days_past_due": self.days_past_due(key),
            "open_amount": in_ledger(left, item["currency"]),
            "original_amount": in_ledger(minor(item["amount"], item["currency"]), item["currency"]),
            "currency": item["currency"],
            "document_kind": document["kind"],
            "due_date": item["due_date"].toordinal(),
            "days_since_issue": (self.as_of - item["issue_date"]).days,
            "instalment": item["instalment"],
            "claim_kind": item["claim"] or "sale",
            "limitation_date": last.toordinal(),
            "days_past_limitation": (self.as_of - last).days,
            "disputed": rest["disputed"],
            "on_hold": rest["on_hold"],
            "hold_reason": rest["reason"],
            "stage": STAGES[max(position for position, _ in steps)] if steps else None,
            "days_in_stage": (self.as_of - max(day for _, day in steps)).days if steps else None,
        }


def limitation_date(claim: str | None, due: date) -> date:
    """Carriage: a year to the day; a judgment six, a sale two, both to the end of the year (the earliest reading)."""
    if claim == "carriage":
        leap = (due.month, due.day) == (2, 29)
        return due.replace(year=due.year + 1, day=28 if leap else due.day)
    return date(due.year + (6 if claim == "judgment" else 2), 12, 31)


def summed(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for currency, units in parts:
        sums[currency] = sums.get(currency, 0) + units
    return sums


def utilisation(balance: int, limit: int | None) -> int | None:
    """Percent of the limit used, down; a million when something is owed against nothing."""
    if limit is None:
        return None
    if balance <= 0:
        return 0
    return min(balance * 100 // limit, 1_000_000) if limit else 1_000_000
