"""Days, deadlines and thresholds of the worked examples."""

from __future__ import annotations

from datetime import date
from functools import partial

from adapters.finance.rates.nbp import NbpRates
from archive.erasure.retention import Record, RecordClass, kept
from documents.invoicing.amounts import in_pln
from engine.law.claims.limitation import Period, demand_guard, limitation
from engine.law.claims.suit import CourtFee, electronic_claim
from engine.law.conduct.balance_confirmation import ConfirmationTime, confirmation_window
from engine.law.conduct.debtor_register import earliest_entry, entry, latest_update
from engine.law.conduct.suspension import Wait, earliest_notice, earliest_suspension
from engine.law.due_date import effective_due
from engine.law.policy import Policy
from engine.law.tax.bad_debt import bad_debt, bad_debt_day, relief_last_day
from engine.law.tax.exchange_day import rate_day
from engine.law.tax.ksef_deadlines import send_by
from engine.law.tax.retention import keep_until
from engine.money import Money
from tests.engine.law.examples import PL, Computed, Inputs, day, major, topic, zloty


@topic("art115_shift")
def _moved(inputs: Inputs) -> Computed:
    moved = effective_due(day(inputs["date"]), PL.days_off)
    assert effective_due(day(inputs["date"]), PL.days_off, Policy(day_off="kept")) == day(inputs["date"])
    return {"effective": moved.isoformat()}


@topic("vat_bad_debt")
def _bad_debt(inputs: Inputs) -> Computed:
    found = bad_debt(
        zloty(inputs["net"]),
        zloty(inputs["vat"]),
        zloty(inputs["paid_gross"]),
        day(inputs["due"]),
        PL.parameter("bad_debt_day", int),
    )
    return {
        "day_90": found.day.isoformat(),
        "jpk_period": found.period,
        "open_net": major(found.net),
        "open_vat": major(found.vat),
    }


@topic("vat_day_90")
def _day_90(inputs: Inputs) -> Computed:
    found = bad_debt_day(day(inputs["due"]), PL.parameter("bad_debt_day", int))
    return {"day_90": found.isoformat(), "jpk_period": f"{found:%Y-%m}"}


@topic("vat_bad_debt_window")
def _window(inputs: Inputs) -> Computed:
    issued = day(inputs["invoice_issued"])
    return {
        "vat_last_day": relief_last_day(issued, PL.parameter("bad_debt_window_vat", int)).isoformat(),
        "pit_cit_last_day": relief_last_day(issued, PL.parameter("bad_debt_window_income", int)).isoformat(),
    }


@topic("nbp_fx_preceding_working_day")
def _exchange(inputs: Inputs) -> Computed:
    point = day(inputs["tax_point"])
    mid = NbpRates().rate(inputs["currency"], point)
    assert mid is not None
    tax = in_pln(Money.of(inputs["vat"], inputs["currency"]).minor, inputs["currency"], mid)
    day_of_rate = rate_day(point, PL.days_off)
    return {"rate_date": day_of_rate.isoformat(), "mid": f"{mid:.4f}", "vat_pln": major(Money("PLN", tax))}


_KINDS = {"services_b2b_3y": "limitation_business", "carriage_1y": "limitation_carriage"}


@topic("limitation")
def _limitation(inputs: Inputs) -> Computed:
    found = limitation(day(inputs["due"]), PL.parameter(_KINDS[inputs["kind"]], Period), PL.days_off)
    return {"last_day": found.last_day.isoformat()}


@topic("limitation_year_edge")
def _year_edge(inputs: Inputs) -> Computed:
    periods = PL.parameter(_KINDS[inputs["kind"]], Period)
    by = {
        choice: limitation(day(inputs["due"]), periods, PL.days_off, Policy.of({"limitation": choice})).last_day
        for choice in ("earliest", "effective_due_date", "day_after")
    }
    return {
        "conservative": by["earliest"].isoformat(),
        "if_counted_from_day_after_due": by["day_after"].isoformat(),
        "with_saturday_shift": by["effective_due_date"].isoformat(),
    }


@topic("limitation_guard")
def _guard(inputs: Inputs) -> Computed:
    found = demand_guard(inputs["debtor"], day(inputs["last_day"]), day(inputs["today"]))
    return {"demand_allowed": found.allowed}


@topic("big_entry_threshold")
def _entry(inputs: Inputs) -> Computed:
    found = entry(
        zloty(inputs["total_overdue"]),
        inputs["days_overdue"],
        day("2026-09-01"),
        PL.parameter(f"register_least_{inputs['debtor']}", Money),
        PL.parameter("register_least_days", int),
    )
    return {"amount_and_age_ok": found.allowed}


@topic("big_wait")
def _wait(inputs: Inputs) -> Computed:
    found = earliest_entry(day(inputs["warning_sent"]), PL.parameter("register_warning_months", int))
    return {"earliest_entry": found.isoformat()}


@topic("big_update")
def _update(inputs: Inputs) -> Computed:
    found = latest_update(day(inputs["paid"]), PL.parameter("register_update_days", int))
    return {"latest_update": found.isoformat()}


@topic("energy_suspension")
def _energy(inputs: Inputs) -> Computed:
    waits = PL.parameter("suspension_energy", Wait)
    due = day(inputs["due"])
    found = earliest_suspension(due, day(inputs["notice_received"]), waits)
    assert found.notice == earliest_notice(due, waits)
    return {"earliest_notice": found.notice.isoformat(), "earliest_cut": found.cut.isoformat()}


@topic("telecom_restriction")
def _telecom(inputs: Inputs) -> Computed:
    notice = day(inputs["notice"])
    found = earliest_suspension(notice, notice, PL.parameter("suspension_telecom", Wait))
    assert found.restriction
    return {"earliest_restriction": found.restriction.isoformat(), "earliest_suspension": found.cut.isoformat()}


@topic("water_suspension")
def _water(inputs: Inputs) -> Computed:
    notice = day(inputs["notice_to_customer"])
    found = earliest_suspension(notice, notice, PL.parameter("suspension_water", Wait), unpaid_periods=2)
    return {"earliest_cut": found.cut.isoformat()}


@topic("epu_fee")
def _fee(inputs: Inputs) -> Computed:
    found = electronic_claim(
        zloty(inputs["wps"]),
        day("2026-01-02"),
        day("2026-09-01"),
        PL.parameter("court_fee", CourtFee),
        PL.parameter("electronic_claim_years", int),
    )
    assert found.fee.minor % 100 == 0
    return {"fee": str(found.fee.minor // 100)}


@topic("offline24_deadline")
def _offline(inputs: Inputs) -> Computed:
    found = send_by(day(inputs["issue_date"]), PL.parameter("ksef_offline_working_days", int), PL.days_off)
    return {"send_by": found.isoformat()}


@topic("failure_deadline")
def _failure(inputs: Inputs) -> Computed:
    found = send_by(day(inputs["failure_ended"]), PL.parameter("ksef_failure_working_days", int), PL.days_off)
    return {"send_by": found.isoformat()}


@topic("balance_confirmation_window")
def _confirmation(inputs: Inputs) -> Computed:
    found = confirmation_window(day(inputs["year_end"]), PL.parameter("balance_confirmation", ConfirmationTime))
    return {"earliest": found.earliest.isoformat(), "latest": found.latest.isoformat()}


@topic("retention")
def _retention(inputs: Inputs) -> Computed:
    if inputs.get("fiscal_year") == "calendar":
        settled = day(inputs["doc"].rpartition(" ")[2])
        kept = _kept_until(RecordClass.VOUCHER, settled)
    else:
        due = day(f"{inputs['doc'].rpartition(' ')[2]}-06-25")
        kept = _kept_until(RecordClass.TAX, due)
    return {"keep_until": kept.isoformat()}


def _kept_until(what: RecordClass, event: date) -> date:
    """As erasure asks: by the class of the record."""
    (ground,) = kept([Record(what, event)], partial(keep_until, PL, as_of=event), event).grounds
    assert ground.until
    return ground.until
