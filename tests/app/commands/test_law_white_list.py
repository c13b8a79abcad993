"""`monitum law white-list` looks an account up in the flat file, as it is and by the masks of virtual accounts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.engine.law.examples import examples

# accounts of the flat file of 2024-07-25, one by itself and one by the mask
LISTED = ("law", "white-list", "5512393471", "PL51 1950 0001 2006 0073 4183 0002")
VIRTUAL = ("law", "white-list", "7740001454", "71124069606666000007118600")


@pytest.fixture
def flat_file(tmp_path: Path) -> str:
    rows = {row.id: row for row in examples() if row.topic.startswith("whitelist")}
    path = tmp_path / "list.json"
    header = {"dataGenerowaniaDanych": "20240725", "liczbaTransformacji": "5000", "schemat": "RRRRMMDD"}
    lists = {
        "skrotyPodatnikowCzynnych": [rows["WL-01"].expected["sha512_hex"]],
        "skrotyPodatnikowZwolnionych": [rows["WL-02"].expected["sha512_hex"]],
        "maski": [rows["WL-02"].inputs["mask"]],
    }
    path.write_text(json.dumps({"naglowek": header, **lists}), "utf-8")
    return str(path)


def test_an_account_is_looked_up_in_the_flat_file_as_it_is_and_by_masks(run: Any, flat_file: str) -> None:
    found = json.loads(run(*LISTED, "--file", flat_file, "--json").stdout)
    assert (found["status"], found["mask"], found["day"]) == ("active", None, "2024-07-25")
    virtual = run(*VIRTUAL, "--file", flat_file, "--language", "pl").stdout
    assert "podatnik zwolniony z VAT" in virtual
    assert "XX12406960YYYXXXXXXXXXXXXX" in virtual


def test_an_account_of_another_taxpayer_is_not_on_the_list(run: Any, flat_file: str) -> None:
    result = run("law", "white-list", VIRTUAL[2], LISTED[3], "--file", flat_file)
    assert result.exit_code == 1
    assert "the account is not on the list" in result.stdout


@pytest.mark.parametrize(
    ("part", "broken", "says"),
    [
        ('"maski"', '"masks"', "maski: Missing data"),
        ('"20240725"', '"25.07.2024"', "naglowek.dataGenerowaniaDanych: Not a valid date"),
        ('"5000"', '"0"', "naglowek.liczbaTransformacji: Must be"),
        ('"maski": [', '"maski": [1, ', "maski: Not a list of texts"),
        ("{", "", "--file"),
    ],
)
def test_a_broken_flat_file_is_refused_by_its_field(
    run: Any, flat_file: str, part: str, broken: str, says: str
) -> None:
    path = Path(flat_file)
    path.write_text(path.read_text("utf-8").replace(part, broken), "utf-8")
    result = run(*LISTED, "--file", flat_file)
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize(
    ("taxpayer", "account", "says"),
    [
        ("5512393472", LISTED[3], "NIP"),
        (LISTED[2], LISTED[3][:-1], "ACCOUNT"),
        (LISTED[2], "DE89370400440532013000", "ACCOUNT"),
    ],
)
def test_a_wrong_number_names_its_argument(run: Any, flat_file: str, taxpayer: str, account: str, says: str) -> None:
    result = run("law", "white-list", taxpayer, account, "--file", flat_file)
    assert result.exit_code == 2
    assert f"Invalid value for {says}" in result.stderr
