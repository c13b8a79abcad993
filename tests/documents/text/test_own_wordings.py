from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from documents.catalogue import kind_of
from documents.layout.rendering import preview, recipe, render
from documents.layout.wording_check import check_wordings
from documents.text.wording import WordingText, own_wording
from engine.errors import InvalidInput

_OWN = """
subject: "Prośba o zapłatę {{ rows | count }}"
heading: Prośba
blocks:
  - paragraph: Dzień dobry,
  - items
  - paragraph: "{% if credits %}Mają Państwo u nas wpłaty.{% endif %}"
"""


def _write(folder: Path, text: str, name: str = "reminder/wording.pl.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _own(text: str = _OWN) -> WordingText:
    return WordingText("own/reminder/wording.pl.yaml", text, "pl")


def test_a_company_words_its_mail_and_letter_itself(bare: dict[str, Any]) -> None:
    rendered = render("reminder", "pl", bare, _own())
    assert rendered.subject == "Prośba o zapłatę 1"
    assert "Dzień dobry," in rendered.text
    assert "Dzień dobry," in rendered.html
    assert rendered.letter_pdf != render("reminder", "pl", bare).letter_pdf
    assert preview("reminder", "pl", bare, _own(), ppi=20) != preview("reminder", "pl", bare, ppi=20)


def test_the_shipped_text_as_an_own_wording_gives_the_same_bytes(bare: dict[str, Any]) -> None:
    text = (kind_of("demand").folder / "wording.pl.yaml").read_text("utf-8")
    assert render("demand", "pl", bare, _own(text)) == render("demand", "pl", bare)


def test_the_recipe_tells_wordings_apart() -> None:
    shipped, one, other = recipe("reminder", "pl"), _own(), _own(_OWN + "\n")
    assert len({shipped, recipe("reminder", "pl", one), recipe("reminder", "pl", other)}) == 3
    assert recipe("reminder", "pl", one) == recipe("reminder", "pl", _own())


def test_a_kind_or_language_without_an_own_wording_is_worded_as_shipped(tmp_path: Path) -> None:
    path = _write(tmp_path, _OWN)
    found = own_wording(tmp_path, "reminder", "pl")
    assert found is not None
    assert found.text == path.read_text("utf-8")
    assert found.where.endswith("reminder/wording.pl.yaml")
    assert own_wording(tmp_path, "reminder", "en") is None
    assert own_wording(tmp_path, "demand", "pl") is None
    assert own_wording(None, "reminder", "pl") is None


def test_a_language_leads_to_no_other_folder(tmp_path: Path) -> None:
    _write(tmp_path, _OWN, "reminder/wording.x/secret.yaml")
    assert own_wording(tmp_path, "reminder", "x/secret") is None


def test_a_block_of_another_kind_of_document_is_named(bare: dict[str, Any]) -> None:
    with pytest.raises(
        InvalidInput, match=r"or one of items, totals, accounts, facts, enclosures, signature\.$"
    ) as caught:
        render("reminder", "pl", bare, _own("subject: s\nheading: h\nblocks: [items, rates]\n"))
    assert caught.value.field == "own/reminder/wording.pl.yaml: blocks.1"


def test_a_block_that_shows_what_the_kind_has_not_is_named(bare: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=r"own/reminder/wording.pl.yaml: facts: 'reminder' has no") as caught:
        render("reminder", "pl", bare, _own("subject: s\nheading: h\nblocks: [items, facts]\n"))
    assert caught.value.field == "own/reminder/wording.pl.yaml: facts"


def test_a_file_too_large_or_of_no_text_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "#" * (65 << 10))
    with pytest.raises(InvalidInput, match="65536 bytes at most"):
        own_wording(tmp_path, "reminder", "pl")
    (tmp_path / "reminder/wording.pl.yaml").write_bytes(b"subject: \xff")
    with pytest.raises(InvalidInput, match="not UTF-8"):
        own_wording(tmp_path, "reminder", "pl")


def test_a_check_finds_what_is_wrong_in_every_file(tmp_path: Path) -> None:
    _write(tmp_path, _OWN)
    _write(tmp_path, _OWN.replace("| count", "| counted"), "demand/wording.pl.yaml")
    _write(tmp_path, _OWN, "demand/wording.xx.yaml")
    _write(tmp_path, _OWN, "poem/wording.pl.yaml")
    findings = {finding.file: finding for finding in check_wordings(tmp_path)}
    assert findings["reminder/wording.pl.yaml"].problem is None
    assert "no filter 'counted'" in (findings["demand/wording.pl.yaml"].problem or "")
    assert (findings["demand/wording.pl.yaml"].field or "").endswith("demand/wording.pl.yaml: subject")
    assert "belongs to no kind" in (findings["demand/wording.xx.yaml"].problem or "")
    assert "belongs to no kind" in (findings["poem/wording.pl.yaml"].problem or "")


def test_a_check_looks_where_the_sample_does_not_lead(tmp_path: Path) -> None:
    """A sample has a deadline: the words for a message without one must be good too."""
    assert "deadline_days" in kind_of("reminder").sample()
    wrong = "subject: s\nheading: h\nblocks: [{paragraph: '{% if not deadline %}{{ sender.fone }}{% endif %}'}]\n"
    _write(tmp_path, wrong)
    [finding] = check_wordings(tmp_path)
    assert "fone" in (finding.problem or "")
    assert (finding.field or "").endswith("blocks.0")


def test_a_check_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no wording"):
        check_wordings(tmp_path)
    with pytest.raises(InvalidInput, match="no wording"):
        check_wordings(tmp_path / "missing")
