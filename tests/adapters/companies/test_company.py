"""company.yaml: what a company chooses where the law leaves a choice, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adapters.companies.attachments import USUAL_LIMITS, AttachmentLimits
from adapters.companies.company import Company, load_company
from engine.errors import InvalidInput
from engine.facts.calendar import Blackout
from engine.law.policy import DEFAULTS, Policy
from tests.scenarios.player import HERE

WRITTEN = (HERE / "company.yaml").read_text("utf-8")


def loaded(folder: Path, more: str) -> Company:
    path = folder / "company.yaml"
    path.write_text(f"{WRITTEN}\n{more}\n", "utf-8")
    return load_company(path)


def test_without_a_word_the_defaults_hold(tmp_path: Path) -> None:
    company = loaded(tmp_path, "")
    assert (company.policy, company.terms.policy, company.terms.sector) == (DEFAULTS, DEFAULTS, "default")


def test_policies_and_the_sector_are_read(tmp_path: Path) -> None:
    company = loaded(
        tmp_path, "sector: energy\npolicy: {contact: industry, year: 365, compensations_most: 4, limitation: due_date}"
    )
    assert company.policy == Policy(contact="industry", compensations_most=4, limitation="due_date")
    assert company.terms.sector == "energy"


def test_blackout_days_are_days_periods_and_weekdays_of_one_year_or_all(tmp_path: Path) -> None:
    written = "blackout_days: [2026-12-31, 2026-12-24..2026-12-27, 12-24..01-02, 05-02, Friday, weekends, '2027-01-07']"
    assert loaded(tmp_path, written).terms.blackout == Blackout(
        periods=(
            (date(2026, 12, 24), date(2026, 12, 27)),
            (date(2026, 12, 31), date(2026, 12, 31)),
            (date(2027, 1, 7), date(2027, 1, 7)),
        ),
        yearly=(((5, 2), (5, 2)), ((12, 24), (1, 2))),
        weekdays=(4, 5, 6),
    )


def test_what_reminders_carry_and_how_much_of_it(tmp_path: Path) -> None:
    company = loaded(tmp_path, "attach: invoices\nattachments: {largest_mb: 2, together_mb: 4, most: 3}")
    assert company.attach == ("invoices",)
    assert company.attachments == AttachmentLimits(2 << 20, 4 << 20, 3)
    assert company.folder == tmp_path
    assert loaded(tmp_path, "attach: []").attach == ()
    assert loaded(tmp_path, "").attachments == USUAL_LIMITS


@pytest.mark.parametrize(
    ("more", "field", "says"),
    [
        ("blackout_days: 2026-12-24", "blackout_days", "It is a list of days"),
        ("blackout_days: [2026-12-24..2026-12-20]", "blackout_days", "ends before it begins"),
        ("blackout_days: ['2026-02-30']", "blackout_days", "'2026-02-30' is no day; write 2026-12-24"),
        ("blackout_days: [13-01]", "blackout_days", "'13-01' is no day"),
        ("blackout_days: [24.12.2026]", "blackout_days", "'24.12.2026' is no day"),
        ("blackout_days: [piątek]", "blackout_days", "a weekday or weekends"),
        ("blackout_days: [12-24..2026-12-27]", "blackout_days", "is no day"),
        (
            "blackout_days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]",
            "blackout_days",
            "nobody would ever be written to",
        ),
        ("attach: letters", "attach", "cannot be attached; there is invoices"),
        ("attachments: {largest_mb: 21}", "attachments.largest_mb", "less than or equal to 20"),
        ("attachments: {largest_mb: 5, together_mb: 4}", "attachments.largest_mb", "more than together_mb"),
        ("attachments: {most: few}", "attachments.most", "whole number"),
        ("policy: {contact: always}", "policy.contact", "strict, industry"),
        ("policy: {kontakt: strict}", "policy.kontakt", "There is no policy"),
        ("policy: {compensations_most: yes}", "policy.compensations_most", "whole number"),
        ("policy: {unverified: extrapolate}", "policy.unverified", "stop"),
        ("policy: strict", "policy", "mapping"),
        ("sector: gas", "sector", "energy, telecom, water, default"),
        ("fresh_hours: 0", "fresh_hours", "1"),
        ("quiet_days: [funday]", "quiet_days", "weekends, holidays"),
        ("quiet_days: [24.12.2026]", "quiet_days", "2026-12-24"),
        ("quiet_days: [weekends, monday, tuesday, wednesday, thursday, friday]", "quiet_days", "never grow old"),
    ],
)
def test_a_choice_that_there_is_not_is_refused_with_its_name(tmp_path: Path, more: str, field: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        loaded(tmp_path, more)
    assert caught.value.field == field
    assert "company.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("fresh_hours: 1_0", "fresh_hours"),
        ("fresh_hours: 010", "fresh_hours"),
        ("fresh_hours: 1:30", "fresh_hours"),
        ("deadlines: {notice: 0x10}", "deadlines"),
        ("webhook_internal: yes", "webhook_internal"),
        ("fresh_hours: 24\nfresh_hours: 48", "stands twice"),
        ("source: other", "stands twice"),
        ("modes: &s {}\npolicy: *s", "anchors"),
    ],
)
def test_numbers_and_flags_are_written_in_one_way_and_once(tmp_path: Path, more: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        loaded(tmp_path, more)


def test_what_yaml_takes_for_a_number_or_a_flag_is_the_text_that_was_written(tmp_path: Path) -> None:
    company = loaded(
        tmp_path, "debtor_register: {name: NO, address: 010}\ndeadlines: {reminder: 10}\nschedule: {run: 06:30}"
    )
    assert (company.debtor_register, company.deadlines) == ({"name": "NO", "address": "010"}, {"reminder": 10})
    assert company.schedule is not None
    assert str(company.schedule.run) == "06:30:00"


def test_the_age_of_books_is_told_in_the_zone_and_country_of_the_company(tmp_path: Path) -> None:
    usual = loaded(tmp_path, "").terms.freshness
    assert (usual.hours, usual.quiet_days, usual.country, usual.zone) == (36, (), "PL", "Europe/Warsaw")
    said = (
        "fresh_hours: 60\nquiet_days: [Weekends, 2026-12-24, holidays]\nschedule: {run: '07:00', zone: Europe/Berlin}"
    )
    freshness = loaded(tmp_path, said).terms.freshness
    assert (freshness.hours, freshness.zone) == (60, "Europe/Berlin")
    assert freshness.quiet_days == ("2026-12-24", "holidays", "weekends")
