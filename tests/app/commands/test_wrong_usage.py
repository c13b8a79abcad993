"""Wrong input is told in a sentence that says what to do, with exit code 2, and never a traceback."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from tests.app.commands.conftest import Shell


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "--as-of", "12.03.2026"), "write it as 2026"),
        (("run", "--as-of", "2026-02-30"), "is not a day"),
        (("run", "--source", "nowhere"), "There is no source 'nowhere'"),
        (("sync", "--source", "nowhere"), "There is no source 'nowhere'"),
        (("explain", "Z"), "There is no customer 'Z'"),
        (("explain", "Z", "--source", "books"), "There is no customer 'Z'"),
        (("archive", "show", "Z"), "There is no customer 'Z'"),
        (("replay", "--source", "nowhere", "--from", "2026-01-01", "--to", "2026-01-02"), "There is no source"),
        (("replay", "--source", "books", "--from", "2026-01-02", "--to", "2026-01-01"), "before the first"),
        (("worker", "--as-of", "2026-01-01"), "--drain"),
        (("rules", "show", "no.such"), "no.such"),
        (("rules", "submit", "test.ten", "9"), "test.ten/9"),
        (("rules", "approve", "test.ten", "1", "--from", "2027-01-01"), "approved"),
        (("proposals", "approve"), "--all"),
        (("proposals", "approve", "99"), "99"),
        (("keys", "create", "crm", "--scope", "everything"), "everything"),
        (("keys", "revoke", "nobody", "--by", "me"), "nobody"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_usage_is_told(ready: Shell, arguments: tuple[str, ...], says: str) -> None:
    result = ready(*arguments)
    assert result.exit_code == 2, result.output
    assert says in result.output


def test_a_broken_setting_is_named(shell: Shell) -> None:
    shell.environment["SMTP_URL"] = "mail.example"
    result = shell("doctor")
    assert result.exit_code == 2
    assert "SMTP_URL" in result.output


def test_nothing_synced_says_what_to_run(shell: Shell) -> None:
    shell("release")
    result = shell("run")
    assert result.exit_code == 2
    assert "monitum sync" in result.output


def test_a_database_that_is_behind_says_what_to_run(shell: Shell, superuser: Engine) -> None:
    with superuser.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0001'"))
    result = shell("run")
    assert result.exit_code == 1
    assert "monitum release" in result.output
