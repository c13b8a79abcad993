"""The commands of a day, from release to verified archive."""

from __future__ import annotations

from tests.app.commands.conftest import Shell


def test_release_twice_stores_rulesets_once(shell: Shell) -> None:
    first, second = shell("release"), shell("release")
    assert "test.ten version 1 stored and approved" in first.output
    assert "stored" not in second.output
    assert second.exit_code == 0


def test_a_changed_shipped_ruleset_waits_for_approval(shell: Shell) -> None:
    shell("release")
    path = shell.source / "ruleset.yaml"
    path.write_text(path.read_text("utf-8").replace("at_least: 10", "at_least: 9"), "utf-8")
    assert "somebody must approve it" in shell("release").output
    (effective,) = [v for v in shell.json("rules", "list", "--status", "approved") if v["ruleset"] == "test.ten"]
    assert effective["number"] == 1


def test_sync_counts_and_a_second_sync_has_nothing_to_do(shell: Shell) -> None:
    shell("release")
    (report,) = shell.json("sync")["sources"]
    assert report["tables"]["open_item"]["added"] == 2
    assert "nothing to do" in shell("sync").output


def test_sync_shows_the_quarantine_and_exits_with_one(shell: Shell) -> None:
    shell("release")
    shell.books.change({"items": [{"key": "I3", "issued": "2026-02-01", "due": "1986-01-01", "amount": "5"}]})
    shell.books.write(shell.source)
    result = shell("sync")
    assert result.exit_code == 1
    assert "date is before 1990" in result.output
    (row,) = shell.json("sync")["quarantine"]
    assert (row["file"], row["column"]) == ("items.csv", "due")
    shell.books.change({"items": [{"key": "I3", "due": "2026-02-02"}]})
    shell.books.write(shell.source)
    assert shell("sync").exit_code == 0


def test_a_dry_run_decides_and_writes_nothing(ready: Shell) -> None:
    (report,) = ready.json("run", "--as-of", "2026-03-12", "--dry-run")
    assert report["counts"]["rule:level1"] == 1
    assert ready.json("outbox", "status")["states"] == []


def test_a_run_decides_once_and_the_worker_delivers(ready: Shell) -> None:
    (first,) = ready.json("run", "--as-of", "2026-03-12")
    (second,) = ready.json("run", "--as-of", "2026-03-12")
    assert (first["counts"]["decisions"], second["counts"]["decisions"]) == (1, 0)
    assert ready.json("worker", "--drain", "--as-of", "2026-03-12") == {"done": 1}
    assert len(list((ready.mail / "new").iterdir())) == 1
    (state,) = ready.json("outbox", "status")["states"]
    assert (state["kind"], state["state"], state["count"]) == ("remind", "done", 1)
    shown = ready.json("archive", "show", "A")
    assert [entry["kind"] for entry in shown] == ["decision:made", "action:intended", "action:done"]
    verified = ready("archive", "verify")
    assert verified.exit_code == 0
    assert "The archive verifies." in verified.output


def test_explain_says_why_and_why_not(ready: Shell) -> None:
    answer = ready.json("explain", "A", "--as-of", "2026-03-12")
    assert [made["rules"] for made in answer["decisions"]] == [["level1"]]
    waiting = ready.json("explain", "B", "--as-of", "2026-03-12")
    assert waiting["decisions"] == []
    assert waiting["next_change"] == "2026-03-20"
    told = ready("explain", "B", "--as-of", "2026-03-12").output
    assert "days_past_due at_least 10 (2)" in told
    assert "Next change if nothing happens: 2026-03-20" in told


def test_replay_repeats_itself(ready: Shell) -> None:
    days = ("--from", "2026-03-01", "--to", "2026-03-31")
    first, second = (ready.json("replay", "--source", "books", *days) for _ in range(2))
    assert first == second
    assert first["stages"] == [{"kind": "remind", "stage": "level1", "items": 2, "messages": 2}]
    listed = ready("replay", "--source", "books", *days, "--list").output
    assert "2026-03-12\tA\tremind\tlevel1\tlevel1\tI1" in listed


def test_doctor_names_every_part(ready: Shell) -> None:
    parts = {part["part"]: part for part in ready.json("doctor")}
    assert set(parts) == {
        "python",
        "database",
        "schema",
        "role",
        "rulesets",
        "broker",
        "mail",
        "sources",
        "books",
        "outbox",
        "archive",
        "erasures",
    }
    assert all(part["ok"] for part in parts.values()), parts
    ready.environment["SMTP_URL"] = "smtp://127.0.0.1:1"
    assert ready("doctor").exit_code == 1


def test_keys_are_shown_once_and_can_be_revoked(ready: Shell) -> None:
    made = ready.json("keys", "create", "crm", "--scope", "evaluate")
    assert made["key"].startswith("mon_")
    assert made["key"] not in ready("keys", "list").output
    assert ready("keys", "revoke", made["id"], "--by", "operator").exit_code == 0
    (listed,) = ready.json("keys", "list")
    assert listed["revoked"] is not None
