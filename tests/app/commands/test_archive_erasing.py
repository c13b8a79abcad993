"""monitum archive erase, readmit, hold and retention at the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from archive.erasure.shred_journal import Shredded, ShredJournal
from tests.app.commands.conftest import Shell


def test_what_the_law_keeps_is_refused_with_its_day_and_waits(ready: Shell) -> None:
    result = ready("archive", "erase", "--customer", "A", "--by", "Iwona", "--reason", "request 7")
    assert (result.exit_code, "still open" in result.output, "Refused by entry" in result.output) == (1, True, True)
    [waits] = ready.json("archive", "retention")
    assert (waits["customer"], waits["requested_by"], waits["due_on"]) == ("A", "Iwona", None)
    assert ready.json("archive", "retention", "--due") == []
    assert "0 customers erased" in ready("archive", "retention", "--run").output
    [noted] = ready.json("archive", "search", "--kind", "erasure:refused")
    assert noted["reason"] == "request 7"
    doctor = ready("doctor").output
    assert "1 wait for their day" in doctor


def test_a_customer_without_records_is_erased_and_taken_in_again(ready: Shell) -> None:
    ready.books.change({"customers": [{"key": "C", "name": "Celina Kanarek"}]})
    ready.books.write(ready.source)
    ready("sync")
    [placed] = ready.json("archive", "hold", "set", "--customer", "C", "--by", "Hanna", "--reason", "claim")
    hold = placed["id"]
    refused = ready("archive", "erase", "--customer", "C", "--by", "Iwona", "--reason", "request 8")
    assert (refused.exit_code, f"legal hold {hold}" in refused.output) == (1, True)
    ready("archive", "hold", "lift", str(hold), "--by", "Hanna", "--reason", "settled")
    twice = ready("archive", "hold", "lift", str(hold), "--by", "Hanna", "--reason", "settled")
    assert (twice.exit_code, "a second person must lift it" in twice.output) == (2, True)
    ready("archive", "hold", "lift", str(hold), "--by", "Jan", "--reason", "settled")
    assert ready.json("archive", "hold", "list")[0]["lifted_by"] == ["Hanna", "Jan"]
    done = ready.json("archive", "erase", "--customer", "C", "--by", "Iwona", "--reason", "request 8")
    assert done["done"]
    assert {entry["personal"] for entry in ready.json("archive", "show", "C")} <= {None, "erased"}
    assert ready("archive", "verify").exit_code == 0
    assert "not taken in again" in ready("sync").output + ready("sync", "--json").output
    again = ("archive", "readmit", "--source", "books", "--customer", "C", "--by", "Iwona", "--reason", "new contract")
    assert ready(*again).exit_code == 0
    assert ready(*again).exit_code == 2


def test_nothing_starts_on_a_database_that_knows_the_erased_again(ready: Shell) -> None:
    keys = Path(ready.environment["MONITUM_HOME"]) / "keys"
    ShredJournal(keys).write([Shredded("erased", "books:A", datetime(2026, 3, 1, tzinfo=UTC))])
    stopped = ready("sync")
    assert (stopped.exit_code, "monitum archive erase --replay" in stopped.output) == (1, True)
    assert "LOOK" in ready("doctor").output
    replayed = ready("archive", "erase", "--replay")
    assert (replayed.exit_code, "1 customers erased again" in replayed.output) == (0, True)
    ready("sync")
    assert ready.json("archive", "search", "--kind", "subject:erased")[0]["reason"] == (
        "replayed from the journal of erasures"
    )


def test_wrong_usage_is_told(ready: Shell) -> None:
    assert ready("archive", "erase", "--customer", "A").exit_code == 2
    assert ready("archive", "hold", "set", "--by", "H", "--reason", "r").exit_code == 2
    nobody = ready("archive", "erase", "--customer", "Nobody", "--by", "I", "--reason", "r")
    assert (nobody.exit_code, "There is no customer" in nobody.output) == (2, True)
