"""The commands around execution: schedule, proposals that need two people, messages in doubt."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine, text

from adapters.delivery.maildir_sink import Maildir
from tests.app.commands.conftest import Shell, _released, database_url, ready, shell

__all__ = ["_released", "database_url", "ready", "shell"]
DAY = "2026-03-12"


def company(shell: Shell, **changes: object) -> None:
    """Change company.yaml."""
    path = shell.source / "company.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | changes), "utf-8")


def test_the_schedule_tells_what_comes_and_what_was(ready: Shell) -> None:
    company(ready, schedule={"sync": "hourly", "run": "06:30", "days": "daily"})
    told = ready.json("schedule")
    assert [(row["source"], row["job"]) for row in told["next"]] in (
        [("books", "sync"), ("books", "run")],
        [("books", "run"), ("books", "sync")],
    )
    assert told["last"] == []
    assert ready("schedule", "--run-due").exit_code == 0
    last = ready.json("schedule")["last"]
    assert {(row["job"], row["state"], row["attempts"]) for row in last} == {("sync", "done", 1), ("run", "done", 1)}
    assert ready("schedule", "--run-due").exit_code == 0
    assert ready.json("schedule")["last"] == last, "nothing is done twice"
    assert "hourly" not in ready("schedule").output


def test_a_job_that_failed_is_an_exit_code_and_says_why(ready: Shell) -> None:
    company(ready, schedule={"sync": "hourly"})
    (ready.source / "items.csv").unlink()
    assert ready("schedule", "--run-due").exit_code == 1
    (row,) = ready.json("schedule")["last"]
    assert row["state"] == "failed"
    assert "items.csv" in row["outcome"]


@pytest.mark.parametrize(
    ("plan", "said"), [({"run": 990}, "in quotes"), ({"zone": "Mars"}, "not a time zone"), ({"when": "now"}, "when")]
)
def test_a_plan_with_a_mistake_names_the_field(ready: Shell, plan: dict[str, object], said: str) -> None:
    company(ready, schedule=plan)
    result = ready("schedule")
    assert result.exit_code == 2
    assert "schedule" in result.output
    assert said in result.output


def test_two_people_approve_what_one_may_not(ready: Shell, database: Engine) -> None:
    company(ready, modes={"remind": "proposal"})
    assert ready("run", "--as-of", DAY).exit_code == 0
    with database.begin() as connection:  # as the run of a day on which unusually many would be suspended
        connection.execute(text("update action set kind = 'suspend', outcome = 'unusually many'"))
        connection.execute(text("insert into mass_hold select id, 7, 5, now() from run"))
    (proposal,) = ready.json("proposals", "list")
    assert (proposal["why"], proposal["approved_by"]) == ("unusually many", None)
    first = ready("proposals", "approve", "--all", "--by", "anna")
    assert "0 approved. 1 wait for a second person." in first.output
    again = ready("proposals", "approve", "--all", "--by", "anna")
    assert again.exit_code == 2
    assert "'anna' has approved already" in again.output
    assert "1 approved." in ready("proposals", "approve", "--all", "--by", "piotr").output
    assert ready.json("proposals", "list") == []


def test_messages_in_doubt_are_asked_about_and_the_rest_is_an_exit_code(
    ready: Shell, database: Engine, tmp_path: Path
) -> None:
    company(ready, copy_to="copies@house.example", copies="../copies")
    copies = Maildir(tmp_path / "copies")
    assert ready("run", "--as-of", DAY).exit_code == 0
    assert ready.json("worker", "--drain", "--as-of", DAY) == {"done": 1}, ready("outbox", "status").output
    with database.begin() as connection:
        connection.execute(text("update action set state = 'unknown', done_on = null"))
    assert ready("outbox", "reconcile").exit_code == 1
    (message,) = (ready.mail / "new").iterdir()
    copies.add(message.read_bytes())
    result = ready("outbox", "reconcile", "--json")
    assert (result.exit_code, result.stdout.split()) == (0, ["{", '"done":', "1", "}"])
    assert ready("archive", "verify").exit_code == 0


def test_a_mailbox_of_copies_needs_an_address_for_them(ready: Shell) -> None:
    company(ready, copies="../copies")
    result = ready("schedule")
    assert result.exit_code == 2
    assert "copy_to" in result.output
