"""monitum archive redecide at the command line."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from tests.app.commands.conftest import Shell


@pytest.fixture
def decided(ready: Shell) -> Shell:
    """A day was decided and delivered, and paid later."""
    ready("run", "--as-of", "2026-03-12")
    ready("worker", "--drain", "--as-of", "2026-03-12")
    ready.books.change(
        {
            "payments": [
                {"key": "P1", "customer": "A", "paid": "2026-03-13", "amount": "100.00", "pays": {"I1": "100.00"}}
            ]
        }
    )
    ready.books.write(ready.source)
    assert ready("sync").exit_code == 0
    return ready


def test_a_run_and_its_entries_are_decided_again_to_the_byte(decided: Shell) -> None:
    result = decided("archive", "redecide", "--run", "1")
    assert (result.exit_code, result.stdout) == (0, "1 the same, 0 different, 0 erased.\n")
    (entry,) = decided.json("archive", "search", "--kind", "decision:made")
    again = decided.json("archive", "redecide", str(entry["id"]), "--by", "Rita")
    assert again == {"entry": entry["id"], "run": None, "same": 1, "different": 0, "erased": 0, "differences": []}
    (noted,) = decided.json("archive", "search", "--kind", "archive:read", "--who", "Rita")
    assert noted["public"]["what"] == "redecide"


def test_tampered_books_are_named_and_the_exit_code_is_1(decided: Shell) -> None:
    engine = create_engine(decided.environment["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(text("update open_item set due_date = due_date - 1 where key = 'I1'"))
    engine.dispose()
    result = decided("archive", "redecide", "--run", "1")
    assert result.exit_code == 1
    assert "0 the same, 1 different, 0 erased." in result.stdout
    (made,) = decided.json("archive", "redecide", "--run", "1")["differences"]
    (found,) = made["differences"]
    assert (made["customer"], found["basis"], found["again"] - found["archived"]) == ("A", "books", 1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Name an entry, or a run"),
        (["1", "--run", "1"], "Name an entry, or a run"),
        (["--run", "99"], "There is no archived run '99'"),
        (["999999"], "There is no archive entry '999999'"),
        (["1"], "can be decided again"),
    ],
)
def test_wrong_usage_says_what_to_do(ready: Shell, arguments: list[str], says: str) -> None:
    result = ready("archive", "redecide", *arguments)
    assert (result.exit_code, says in result.output) == (2, True), result.output
