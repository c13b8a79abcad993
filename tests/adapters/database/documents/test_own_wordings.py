"""Documents issued in a company's own words come out the same again, whatever became of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.database.archive.store import Archive
from adapters.database.documents.issued import IssuedDocuments
from archive.keys.archive_keys import ArchiveKeys
from documents.catalogue import kind_of
from documents.text.wording import WordingText
from engine.errors import InvalidInput
from tests.adapters.database.documents.document_issuer import issue


@pytest.fixture
def documents(database: Engine, tmp_path: Path) -> IssuedDocuments:
    return IssuedDocuments(database, Archive(database, ArchiveKeys(tmp_path / "keys")))


def _own(added: str) -> WordingText:
    """The shipped wording with a block more."""
    shipped = (kind_of("vat_invoice").folder / "wording.pl.yaml").read_text("utf-8")
    return WordingText("own/vat_invoice/wording.pl.yaml", f"{shipped.rstrip()}\n  - paragraph: '{added}'\n", "pl")


def test_a_document_in_own_words_is_rendered_again_byte_for_byte(documents: IssuedDocuments) -> None:
    own, shipped = issue(documents, own=_own("Dziękujemy za zakupy.")), issue(documents)
    for issued in (own, shipped):
        again = documents.reproduce(issued.id)
        assert (again.same, again.same_recipe, again.differing) == (True, True, ())


def test_the_archive_names_the_wording_of_a_document(documents: IssuedDocuments) -> None:
    own = _own("Dziękujemy za zakupy.")
    issued = issue(documents, own=own)
    [entry] = documents._archive.show("pl", "K-1")
    assert entry.documents[own.sha256] == "application/yaml"
    assert documents._archive.content(own.sha256) == own.text.encode()
    assert set(entry.documents) == {issued.pdf_sha256, issued.json_sha256, issued.xml_sha256, own.sha256}


def test_a_wording_that_will_not_do_takes_no_number(documents: IssuedDocuments) -> None:
    with pytest.raises(InvalidInput, match="nobody"):
        issue(documents, own=_own("{{ nobody }}"))
    assert issue(documents).number == "FV/00001/2026"
