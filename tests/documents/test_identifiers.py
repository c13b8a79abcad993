from __future__ import annotations

import pytest
from marshmallow import ValidationError

from documents.identifiers import eu_vat, krs, nip, pesel, vat_prefix


@pytest.mark.parametrize("given", ["7740001454", "774-000-14-54", "PL 7740001454", "1111111111"])
def test_a_nip_is_kept_as_ten_digits(given: str) -> None:
    assert nip(given) in {"7740001454", "1111111111"}


@pytest.mark.parametrize("given", ["5260250275", "77400014", "774000145X", ""])
def test_a_wrong_nip_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="NIP"):
        nip(given)


@pytest.mark.parametrize(
    ("country", "prefix"), [("DE", "DE"), ("GR", "EL"), ("XI", "XI"), ("US", None), ("GB", None), ("NO", None)]
)
def test_prefixes_are_those_of_vat(country: str, prefix: str | None) -> None:
    assert vat_prefix(country) == prefix


@pytest.mark.parametrize(
    ("given", "country", "kept"),
    [("DE136695976", "DE", "136695976"), ("el 094259216", "GR", "094259216"), ("XI980780684", "XI", "980780684")],
)
def test_a_vat_number_is_kept_without_its_prefix(given: str, country: str, kept: str) -> None:
    assert eu_vat(given, country) == kept


def test_a_vat_number_of_another_country_is_refused() -> None:
    with pytest.raises(ValidationError, match="DE"):
        eu_vat("FR23334175221", "DE")


def test_a_pesel_has_its_check_digit_and_a_krs_number_ten_digits() -> None:
    assert (pesel("44051401359"), krs("0000 123456")) == ("44051401359", "0000123456")
    for read, text in (
        (pesel, "44051401358"),
        (pesel, "4405140135"),
        (krs, "123456"),
        (krs, "0000000000"),
        (krs, "x" * 10),
    ):
        with pytest.raises(ValidationError):
            read(text)
