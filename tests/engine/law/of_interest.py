"""Interest, payments and compensation of the worked examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from engine.law.claims.allocation import DueDebt, allocate
from engine.law.claims.compensation import Tier, compensation, compensation_interest
from engine.law.claims.interest import delay_interest, interest
from engine.law.claims.payments import Payment, Settlement, settle
from engine.law.claims.rates import Rates, agreed, capped, percent
from engine.law.claims.suit import interest_on_interest
from engine.law.due_date import effective_due, maturity
from engine.law.policy import Policy
from engine.money import Money
from rules.parameters.loading import law
from rules.parameters.values import hundredths
from tests.engine.law.examples import ONCE, PL, Computed, Inputs, day, major, rows, topic, zloty


def _series(inputs: Inputs) -> Rates:
    return PL.rates(inputs["series"].removeprefix("pl_"))


@topic("interest_pl")
def _delay(inputs: Inputs) -> Computed:
    split = Policy(before_transition="split")
    found = delay_interest(
        zloty(inputs["principal"]), day(inputs["due"]), day(inputs["paid"]), _series(inputs), PL.days_off, split
    )
    assert found.due
    return {
        "effective_due": found.due.isoformat(),
        "days": found.days,
        "segments": rows(found),
        "round_each_then_sum": major(found.amount),
        "sum_then_round": major(replace(found, policy=ONCE).amount),
    }


@topic("interest_pl_halfopen")
def _half_open(inputs: Inputs) -> Computed:
    last = day(inputs["end_exclusive"]) - timedelta(days=1)
    found = interest(zloty(inputs["principal"]), day(inputs["first_day"]), last, _series(inputs), ONCE)
    return {"segments": rows(found), "sum_then_round": major(found.amount)}


@topic("max_interest_cap")
def _cap(inputs: Inputs) -> Computed:
    rate = hundredths(inputs["contract_rate_pct"] + ".00")
    period = zloty(inputs["principal"]), day(inputs["first_day"]), day(inputs["last_day"])
    cut = interest(*period, capped(rate, PL.rates("max_delay"), "contract"))
    return {
        "applied_rate_pct": percent(cut.segments[0].rate),
        "interest": major(cut.amount),
        "uncapped_would_be": major(interest(*period, agreed(rate, "contract")).amount),
    }


def _settled(inputs: Inputs, policy: Policy) -> Settlement:
    payments = [Payment(day(when), None if amount == "rest" else zloty(amount)) for when, amount in inputs["payments"]]
    rates = agreed(hundredths(inputs["rate_pct"]), "example")
    return settle(zloty(inputs["principal"]), day(inputs["due"]), payments, rates, PL.days_off, policy)


@topic("partial_payment_principal_first")
def _principal_first(inputs: Inputs) -> Computed:
    found = _settled(inputs, Policy(payment_order="principal_first"))
    first, second = found.steps
    # the example writes whole zloty without decimals
    return {
        "interest_to_first_payment": major(first.interest.amount),
        "principal_after": str(first.principal_left // 100),
        "interest_second": major(second.interest.amount),
        "interest_total": major(found.interest),
        "total_paid_at_end": major(Money("PLN", second.paid)),
    }


@topic("partial_payment_interest_first")
def _interest_first(inputs: Inputs) -> Computed:
    found = _settled(inputs, Policy(payment_order="interest_first"))
    first, second = found.steps
    return {
        "interest_to_first_payment": major(first.interest.amount),
        "credited_to_interest": major(Money("PLN", first.to_interest)),
        "credited_to_principal": major(Money("PLN", first.to_principal)),
        "principal_after": major(Money("PLN", first.principal_left)),
        "interest_second": major(second.interest.amount),
        "interest_total": major(found.interest),
        "final_payment_due": major(Money("PLN", second.paid)),
    }


@topic("allocation_without_designation")
def _allocation(inputs: Inputs) -> Computed:
    debts = [DueDebt(debt["id"], day(debt["due"]), zloty(debt["open"])) for debt in inputs["debts"]]
    when, amount = inputs["payment"]
    found = allocate(zloty(amount), day(when), debts, inputs["designation"])
    return {"order": list(found.order), "credited": {debt: major(part) for debt, part in found.by_debt.items()}}


@topic("interest_on_interest")
def _on_interest(inputs: Inputs) -> Computed:
    found = interest_on_interest(
        zloty(inputs["accrued_interest"]), day(inputs["suit_filed"]), day(inputs["paid"]), _series(inputs)
    )
    return {"days": found.days, "interest": major(found.amount)}


@topic("compensation_pl")
def _compensation(inputs: Inputs) -> Computed:
    due = day(inputs["due"])
    found = compensation(zloty(inputs["gross"]), maturity(due, PL.days_off), PL.tiers(), PL.euro())
    assert found.mid
    return {
        "effective_due": effective_due(due, PL.days_off).isoformat(),
        "eur": str(found.lump.minor // 100),
        "rate_date": found.mid.published.isoformat(),
        "eur_mid": str(found.mid),
        "pln": major(found.amount),
    }


@topic("compensation_month_edge")
def _month_edge(inputs: Inputs) -> Computed:
    computed = {}
    for policy in (Policy(maturity="due_date"), Policy(maturity="day_after")):
        matured = maturity(day(inputs["due"]), PL.days_off, policy)
        found = compensation(zloty(inputs["gross"]), matured, PL.tiers(), PL.euro(), policy)
        assert found.mid
        computed[f"if_maturity_is_{policy.maturity}"] = {
            "rate_date": found.mid.published.isoformat(),
            "pln": major(found.amount),
        }
    return computed


@topic("interest_on_compensation")
def _on_compensation(inputs: Inputs) -> Computed:
    policy = Policy(compensation_interest="statutory")
    due = effective_due(day(inputs["due"]), PL.days_off)
    lump = compensation(zloty(inputs["gross"]), due, PL.tiers(), PL.euro(), policy)
    rates = PL.rates("statutory_delay")
    found = compensation_interest(lump, due, day(inputs["to"]), rates, policy)
    assert not compensation_interest(lump, due, day(inputs["to"]), rates).amount.minor
    return {
        "compensation_pln": major(lump.amount),
        "rate_pct": percent(found.segments[0].rate),
        "first_day": found.segments[0].first.isoformat(),
        "days": found.days,
        "interest": major(found.amount),
    }


@topic("interest_de", "interest_fr", "interest_it", "interest_es", "interest_cz", "interest_uk")
def _abroad(inputs: Inputs) -> Computed:
    first, last = day(inputs["first_day"]), day(inputs["last_day"])
    principal = Money.of(inputs["principal"], inputs["currency"])
    found = interest(principal, first, last, _ABROAD[inputs["currency"], inputs["first_day"]])
    segments = [[segment.days, percent(segment.rate)] for segment in found.segments]
    if len({rate for _, rate in segments}) == 1:
        segments = [[found.days, segments[0][1]]]
    return {"segments": segments, "interest": major(found.amount)}


#: EU-02 is printed with the rate of its last half-year for all 365 days (see README.md).
_ONE_RATE = agreed(law("de").rates("b2c_delay").on(day("2026-01-01")).value, "BGB § 288 Abs. 1")
#: Which rate each example abroad is about; the rows name the country by their topic alone.
_ABROAD = {
    ("EUR", "2025-06-17"): law("de").rates("b2b_delay"),
    ("EUR", "2025-01-02"): _ONE_RATE,
    ("EUR", "2024-08-01"): law("fr").rates("late_payment"),
    ("EUR", "2023-03-16"): law("it").rates("mora"),
    ("CZK", "2024-06-01"): law("cz").rates("late_payment"),
    ("GBP", "2026-06-01"): law("uk").rates("late_payment"),
    ("EUR", "2025-06-01"): law("es").rates("demora"),
}


@topic("interest_fr_approx")
def _approximate(inputs: Inputs) -> Computed:
    principal, rate = Money.of(inputs["principal"], "EUR"), hundredths(inputs["rate_pct"])
    first = day("2026-01-01")
    exact = interest(principal, first, first + timedelta(days=90), agreed(rate, "example")).amount
    quarter = Money("EUR", int(principal.minor * Fraction(rate, 10_000) / 4))
    return {"printed": str(int(quarter.amount)), "exact_quarter_year": major(quarter), "exact_91_days": major(exact)}


@topic("de_rate_from_base")
def _from_base(inputs: Inputs) -> Computed:
    base = hundredths(inputs["base"])
    made = {name: law("de").rates(f"{name}_delay").formulas[-1].value.rate(base) for name in ("b2b", "b2c")}
    return {name: percent(rate) for name, rate in made.items()}


@topic("uk_fixed_compensation")
def _fixed_sum(inputs: Inputs) -> Computed:
    claim = Money.of(inputs["debt_gbp"], "GBP")
    tiers = law("uk").tiers()
    assert all(isinstance(tier, Tier) for tier in tiers.values[0].value)
    return {"gbp": str(compensation(claim, day("2026-06-01"), tiers, None).lump.minor // 100)}
