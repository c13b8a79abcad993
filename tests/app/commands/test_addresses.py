"""Addresses of customers from the command line: what is none is listed until it is mended, and who gets what."""

from __future__ import annotations

import csv
from typing import Any

from tests.app.commands.conftest import Shell

MORE = ("dunning_email", "copies")


def _write(shell: Shell, **customers: dict[str, str]) -> None:
    """The customers' file with the two fields more, and these of their columns."""
    mapping = shell.source / "mapping.yaml"
    if "dunning_email" not in mapping.read_text("utf-8"):
        columns = "".join(f"      {name}: {name}\n" for name in MORE)
        mapping.write_text(mapping.read_text("utf-8").replace("      email: email\n", f"      email: email\n{columns}"))
    shell.books.write(shell.source)
    path = shell.source / "customers.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], *MORE])
        writer.writeheader()
        for row in rows:
            writer.writerow(dict.fromkeys(MORE, "") | row | customers.get(row["key"], {}))


def _has_email(answer: dict[str, Any]) -> bool:
    return "eu.guard.no_email" not in {verdict["by"] for verdict in answer["others"]}


def test_what_is_no_address_is_none_and_is_listed_until_it_is_mended(ready: Shell) -> None:
    _write(ready, A={"email": "brak"}, B={"email": "b@x.example; dział księgowości"})
    synced = ready("sync")
    assert synced.exit_code == 0, "findings keep nothing waiting"
    assert "Findings: 2" in synced.output
    assert "Write an e-mail address in the source" in synced.output
    for _ in range(2):
        told = ready.json("sync")
        assert [(one["customer"], one["line"], one["column"], one["value"]) for one in told["findings"]] == [
            ("A", 2, "email", "brak"),
            ("B", 3, "email", "dział księgowości"),
        ]
    (books,) = [part for part in ready.json("doctor") if part["part"] == "books"]
    assert (books["ok"], "2 findings" in books["says"]) == (True, True)

    bad, good = (ready.json("explain", customer, "--as-of", "2026-03-20") for customer in "AB")
    assert (bad["decisions"], bad["recipients"]["to"], _has_email(bad)) == ([], [], False)
    assert [one["value"] for one in bad["findings"]] == ["brak"]
    assert (len(good["decisions"]), good["recipients"]["to"]) == (1, ["b@x.example"])
    assert "nobody, there is no e-mail address" in ready("explain", "A").output

    _write(ready, A={"email": "a@x.example"}, B={"email": "b@x.example"})
    assert ready.json("sync")["findings"] == []
    assert len(ready.json("explain", "A", "--as-of", "2026-03-20")["decisions"]) == 1


def test_dunning_has_addresses_of_its_own_and_copies_are_told(ready: Shell) -> None:
    _write(
        ready,
        A={
            "email": "a@x.example",
            "dunning_email": "Dług <d@x.example>, e@x.example",
            "copies": "c@x.example,D@x.example",
        },
        B={"email": "b@x.example", "dunning_email": "-", "copies": "c@x.example"},
    )
    assert ready("sync").exit_code == 0
    assert ready.json("explain", "A")["recipients"] == {
        "to": ["d@x.example", "e@x.example"],
        "copies": ["c@x.example"],
        "bounced": [],
    }
    assert "Messages go to: b@x.example; copies to c@x.example." in ready("explain", "B").output
