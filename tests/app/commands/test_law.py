"""`monitum law` prints figures with their working and names the option that is wrong; it needs no database."""

from __future__ import annotations

import json
from typing import Any

import pytest

INTEREST = ("law", "interest", "--principal", "100000 PLN", "--due", "2026-01-10", "--until", "2026-07-20")
PARTS = ("law", "interest", "--principal", "10000 PLN", "--due", "2026-01-30")
COMPENSATION = ("law", "compensation", "--amount", "12300 PLN", "--due", "2026-01-31")
ALLOCATE = (
    "law",
    "allocate",
    "--payment",
    "2026-06-01=900 PLN",
    "--debt",
    "A=2026-05-04=1000 PLN",
    "--debt",
    "FV=7/B=2026-03-02=700 PLN",
    "--debt",
    "C=2026-12-31=500 PLN",
)
BAD_DEBT = (
    "law",
    "bad-debt",
    "--net",
    "10000 PLN",
    "--vat",
    "2300 PLN",
    "--due",
    "2025-09-30",
    "--issued",
    "2025-09-16",
)
REGISTER = ("law", "debtor-register", "--overdue", "640 PLN", "--due", "2026-08-03")
LIMITATION = ("law", "limitation", "--kind", "business", "--due", "2022-12-31")


def test_interest_is_printed_with_segments_days_rate_and_source(run: Any) -> None:
    text = run(*INTEREST).stdout
    for figure in ("2026-01-13", "2026-06-30", "169", "14.00", "6482.19", "M.P. 2025 poz. 1257", "753.42", "7235.61"):
        assert figure in text
    assert "effective due date: 2026-01-12" in text
    assert "rounding=each_row" in text


def test_interest_is_printed_in_polish(run: Any) -> None:
    text = run(*INTEREST, "--language", "pl").stdout
    assert "termin płatności po art. 115 k.c.: 2026-01-12" in text
    assert "o przeciwdziałaniu nadmiernym opóźnieniom w transakcjach handlowych" in text
    assert "odsetki" in text


def test_a_policy_changes_the_sum_and_is_printed_with_it(run: Any) -> None:
    found = json.loads(run(*INTEREST, "--policy", "rounding=once", "--json").stdout)
    assert found["interest"] == {"amount": "7235.62", "currency": "PLN"}
    assert found["policy"]["rounding"] == "once"


def test_a_consumer_owes_the_statutory_rate(run: Any) -> None:
    found = json.loads(run(*INTEREST, "--debtor", "consumer", "--json").stdout)
    assert found["rates"] == "pl.statutory_delay"


def test_a_contract_rate_is_cut_to_the_maximum(run: Any) -> None:
    arguments = ("--principal", "10000 PLN", "--due", "2026-03-31", "--until", "2026-04-30", "--contract-rate", "24.00")
    found = json.loads(run("law", "interest", *arguments, "--json").stdout)
    assert (found["segments"][0]["rate_pct"], found["interest"]["amount"]) == ("18.50", "152.05")


def test_payments_are_told_one_by_one(run: Any) -> None:
    payments = ("--payment", "2026-03-02=4000 PLN", "--payment", "2026-04-15=rest")
    text = run(*PARTS, *payments).stdout
    assert "3881.10 PLN" in text
    assert "6222.17 PLN" in text
    found = json.loads(run(*PARTS, *payments, "--policy", "payment_order=principal_first", "--json").stdout)
    assert found["interest"]["amount"] == "220.16"


def test_a_suit_adds_interest_on_what_had_accrued_before_it(run: Any) -> None:
    asked = ("law", "interest", "--principal", "12300 PLN", "--due", "2024-03-15", "--until", "2024-07-20")
    text = run(*asked, "--since-suit", "2024-06-01").stdout
    for figure in ("674.06", "408.68", "pl.statutory_delay", "2024-06-01", "680.36"):
        assert figure in text
    found = json.loads(run(*asked, "--since-suit", "2024-06-01", "--json").stdout)
    assert found["interest"] == json.loads(run(*asked, "--json").stdout)["interest"]
    assert found["interest_on_interest"]["days"] == 50
    assert found["total"]["amount"] == "680.36"
    # on the first day of the delay nothing had accrued
    first = json.loads(run(*asked, "--since-suit", "2024-03-16", "--json").stdout)
    assert first["interest_on_interest"]["interest"]["amount"] == "0.00"


def test_a_payment_pays_the_debt_that_was_named_and_then_the_oldest_that_are_due(run: Any) -> None:
    found = json.loads(run(*ALLOCATE, "--json").stdout)
    assert found["order"] == ["FV=7/B", "A"]
    assert {name: part["amount"] for name, part in found["by_debt"].items()} == {
        "A": "200.00",
        "FV=7/B": "700.00",
        "C": "0.00",
    }
    named = run(*ALLOCATE, "--designated", "C", "--language", "pl").stdout
    assert named.index("C ") < named.index("FV=7/B")
    assert "nadwyżka wpłaty: 0.00 PLN" in named


def test_a_bad_debt_is_told_with_its_period_and_its_last_days(run: Any) -> None:
    text = run(*BAD_DEBT, "--paid", "4920 PLN").stdout
    for figure in ("2025-12-29", "JPK period: 2025-12", "6000.00 PLN", "1380.00 PLN", "2028-12-31", "2027-12-31"):
        assert figure in text
    found = json.loads(run(*BAD_DEBT, "--json").stdout)
    assert (found["open_net"]["amount"], found["vat_last_day"]) == ("10000.00", "2028-12-31")


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        (("--as-of", "2026-10-16", "--warned", "2026-09-15"), []),
        (("--as-of", "2026-10-15", "--warned", "2026-09-15"), ["wait"]),
        (("--as-of", "2026-10-16"), ["warning"]),
        (("--as-of", "2026-09-01", "--overdue", "499.99 PLN"), ["amount", "age", "warning"]),
        (("--as-of", "2026-09-01", "--overdue", "200 PLN", "--debtor", "consumer"), ["age", "warning"]),
        (
            (
                "--as-of",
                "2026-09-02",
                "--overdue",
                "1 PLN",
                "--debtor",
                "consumer",
                "--title",
                "--warned",
                "2026-08-18",
            ),
            [],
        ),
        (
            (
                "--as-of",
                "2026-09-01",
                "--overdue",
                "1 PLN",
                "--debtor",
                "consumer",
                "--title",
                "--warned",
                "2026-08-18",
            ),
            ["wait"],
        ),
    ],
)
def test_an_entry_in_a_debtor_register_says_what_it_lacks(
    run: Any, arguments: tuple[str, ...], missing: list[str]
) -> None:
    result = run(*REGISTER, *arguments, "--json")
    assert json.loads(result.stdout)["missing"] == missing
    assert result.exit_code == bool(missing)


def test_an_entry_is_told_in_polish_with_the_day_to_change_it_by(run: Any) -> None:
    text = run(*REGISTER, "--as-of", "2026-09-01", "--paid", "2026-10-20", "--language", "pl").stdout
    assert "brakuje: wieku zaległości, ostrzeżenia" in text
    assert "zmienić lub usunąć wpis do: 2026-11-03" in text


def test_compensation_is_printed_with_its_exchange_rate(run: Any) -> None:
    text = run(*COMPENSATION).stdout
    for figure in ("2026-02-02", "70.00 EUR", "4.2131, 2026-01-30", "294.92 PLN"):
        assert figure in text


def test_interest_on_compensation_follows_its_policy(run: Any) -> None:
    asked = (*COMPENSATION, "--interest-until", "2026-08-31")
    assert json.loads(run(*asked, "--json").stdout)["interest"]["days"] == 0
    statutory = (*asked, "--policy", "compensation_interest=statutory")
    assert json.loads(run(*statutory, "--json").stdout)["interest"]["days"] == 209
    assert "interest on the compensation" in run(*statutory).stdout


def test_limitation_tells_every_reading_and_whether_to_demand(run: Any) -> None:
    text = run(*LIMITATION, "--debtor", "consumer", "--as-of", "2026-01-01").stdout
    assert "2025-12-31" in text
    assert "2026-12-31" in text
    assert "demand allowed: no" in text
    found = json.loads(run(*LIMITATION, "--json").stdout)
    assert found["last_day"] == "2025-12-31"
    assert "demand_allowed" not in found


def test_rates_are_listed_with_the_day_they_are_verified_to(run: Any) -> None:
    text = run("law", "rates", "--as-of", "2026-11-24").stdout
    assert "not verified" in text
    assert "13.75" in text
    assert json.loads(run("law", "rates", "--country", "de", "--as-of", "2025-01-01", "--json").stdout)[1][
        "values"
    ] == [
        {"from": "2025-01-01", "to": "2025-06-30", "rate_pct": "11.27", "source": "base rate + 9.00", "confidence": "A"}
    ]
    assert "none" in run("law", "rates", "--as-of", "2015-06-01").stdout


def test_one_rate_is_listed_with_every_value(run: Any) -> None:
    text = run("law", "rates", "statutory_delay", "--language", "pl").stdout
    assert "M.P. 2026 poz. 367" in text
    assert "sprawdzone do: 2026-10-08" in text
    assert "holds for all of it" in run("law", "rates", "late_payment", "--country", "uk").stdout
    assert len(json.loads(run("law", "rates", "statutory_delay", "--json").stdout)["values"]) == 24


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("law", "interest", "--principal", "many", "--due", "2026-01-10", "--until", "2026-02-01"), "--principal"),
        (("law", "interest", "--principal", "-1 PLN", "--due", "2026-01-10", "--until", "2026-02-01"), "--principal"),
        ((*PARTS, "--until", "20.07.2026"), "--until"),
        (PARTS, "--payment"),
        ((*PARTS, "--until", "2026-02-02", "--payment", "2026-03-02=rest"), "--until"),
        ((*PARTS, "--payment", "2026-03-02"), "--payment"),
        ((*PARTS, "--payment", "2026-03-02=4 EUR"), "--payment"),
        ((*INTEREST, "--policy", "rounding=twice"), "--policy"),
        ((*INTEREST, "--rate", "usury"), "--rate"),
        ((*INTEREST, "--rate", "statutory_delay", "--contract-rate", "24.00"), "--contract-rate"),
        ((*INTEREST, "--contract-rate", "24"), "--contract-rate"),
        ((*INTEREST, "--rate", "commercial_general", "--debtor", "consumer"), "--debtor"),
        ((*INTEREST, "--country", "fr", "--debtor", "consumer"), "--debtor"),
        ((*INTEREST, "--country", "us"), "--country"),
        ((*COMPENSATION, "--debtor", "consumer"), "--debtor"),
        (("law", "compensation", "--amount", "5 EUR", "--due", "2026-01-31"), "--amount"),
        (("law", "limitation", "--kind", "gift", "--due", "2026-01-31"), "--kind"),
        (("law", "rates", "usury"), "NAME"),
        ((*PARTS, "--payment", "2026-03-02=rest", "--since-suit", "2026-02-02"), "--since-suit"),
        ((*INTEREST, "--since-suit", "2026-07-21"), "--since-suit"),
        ((*INTEREST, "--since-suit", "2026-02-02", "--country", "fr"), "--since-suit"),
        ((*ALLOCATE, "--payment", "2026-06-01=rest"), "--payment"),
        ((*ALLOCATE, "--debt", "D=1000 PLN"), "--debt"),
        ((*ALLOCATE, "--debt", "D=2026-05-04=10 EUR"), "--debt"),
        ((*ALLOCATE, "--designated", "D"), "--designated"),
        ((*BAD_DEBT, "--paid", "12300.01 PLN"), "--paid"),
        ((*BAD_DEBT, "--vat", "2300 EUR"), "--vat"),
        ((*REGISTER, "--as-of", "2026-10-16", "--overdue", "640 EUR"), "--overdue"),
        ((*REGISTER, "--as-of", "2026-10-16", "--warned", "2026-10-17"), "--warned"),
        ((*REGISTER, "--as-of", "2026-10-16", "--title"), "--title"),
    ],
)
def test_wrong_input_names_its_option(run: Any, arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert says in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*INTEREST[:-1], "2027-01-01"), "verified to 2026-12-31"),
        ((*INTEREST[:-1], "2026-11-24", "--debtor", "consumer"), "verified to 2026-10-08"),
        (
            ("law", "interest", "--principal", "1 PLN", "--due", "2019-12-01", "--until", "2020-02-01"),
            "before_transition",
        ),
        (("law", "interest", "--principal", "1 PLN", "--due", "2014-12-01", "--until", "2015-02-01"), "2014-12-01"),
    ],
)
def test_what_the_law_or_the_tables_leave_open_stops_the_calculation(
    run: Any, arguments: tuple[str, ...], says: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert says in result.stderr
    assert result.stdout == ""
