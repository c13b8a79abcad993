"""Numbers, codes, tax and markers of documents in the worked examples."""

from __future__ import annotations

import base64

from marshmallow import ValidationError

from documents.einvoice.ksef import url_of_hash
from documents.fields import Iban
from documents.identifiers import nip, regon, require_ksef_number
from documents.invoicing.amounts import Line, sums_by_rate, taxed
from documents.invoicing.annotations import annotate
from documents.invoicing.vat_rates import RATES
from engine.law.tax.jpk_marker import Origin, jpk_marker
from engine.law.tax.white_list import FlatFile, account_hash, masked
from engine.money import Money
from rules.parameters.loading import law
from tests.engine.law.examples import Computed, Inputs, day, major, topic, zloty


def _valid(check: object, value: str) -> bool:
    assert callable(check)
    try:
        check(value)
    except ValidationError:
        return False
    return True


@topic("checksum")
def _checksum(inputs: Inputs) -> Computed:
    checks = {"nip": nip, "regon9": regon, "iban": Iban().deserialize}
    return {"valid": _valid(checks[inputs["kind"]], inputs["value"])}


@topic("ksef_number_crc8")
def _ksef_number(inputs: Inputs) -> Computed:
    return {"valid": _valid(require_ksef_number, inputs["number"])}


@topic("qr_code_1_url")
def _code_i(inputs: Inputs) -> Computed:
    digest = base64.urlsafe_b64decode(inputs["sha256_b64url"] + "=")
    host = f"qr-{inputs['env']}.ksef.mf.gov.pl"
    return {"url": url_of_hash(digest, inputs["nip"], day(inputs["issue_date"]), host=host)}


@topic("vat_from_gross")
def _from_gross(inputs: Inputs) -> Computed:
    sums = taxed(zloty(inputs["gross"]).minor, RATES[str(inputs["rate"])], "gross")
    return {"vat": major(Money("PLN", sums.vat)), "net": major(Money("PLN", sums.net))}


@topic("vat_line_vs_total")
def _line_or_total(inputs: Inputs) -> Computed:
    code = str(inputs["rate"])
    lines = [Line(RATES[code], zloty(net).minor) for net in inputs["lines_net"]]
    by_lines, by_sum = (sums_by_rate(lines, "net", method)[code].vat for method in ("lines", "sum"))
    return {"sum_of_line_vat": major(Money("PLN", by_lines)), "vat_of_sum": major(Money("PLN", by_sum))}


@topic("split_payment_annotation")
def _split_payment(inputs: Inputs) -> Computed:
    model = {
        "exemption": None,
        "reverse_charge": None,
        "split_payment": None,
        "split_payment_above": law("pl").parameter("split_payment_above", Money).on(day("2026-09-01")).value.amount,
        "buyer": {"kind": "business" if inputs["b2b"] else "consumer", "country": "PL"},
    }
    annotate(model, [{"rate": "23", "annex_15": inputs["has_annex15_line"]}], zloty(inputs["gross_total"]).amount)
    return {"annotation_required": model["split_payment"]}


_SITUATIONS: dict[str, tuple[Origin, bool]] = {
    "ksef number known on filing day": ("online", True),
    "issued during announced KSeF failure, no number yet": ("failure", False),
    "offline24 or unavailability, no number yet": ("offline24", False),
    "document other than an invoice": ("other", False),
}


@topic("jpk_v7_3_marker")
def _marker(inputs: Inputs) -> Computed:
    origin, numbered = _SITUATIONS[inputs["situation"]]
    return {"marker": jpk_marker(origin, numbered=numbered)}


@topic("whitelist_hash")
def _hash(inputs: Inputs) -> Computed:
    when, nip, account, rounds = day(inputs["date"]), inputs["nip"], inputs["nrb"], inputs["iterations"]
    found = account_hash(when, nip, account, rounds)
    assert FlatFile(when, rounds, [], [found], []).find(nip, account).status == "exempt"
    return {"sha512_hex": found, "list": FlatFile(when, rounds, [found], [], []).find(nip, account).status}


@topic("whitelist_hash_mask")
def _mask(inputs: Inputs) -> Computed:
    when, nip, account, rounds = day(inputs["date"]), inputs["nip"], inputs["nrb"], inputs["iterations"]
    seen = masked(account, inputs["mask"])
    assert seen
    found = account_hash(when, nip, seen, rounds)
    assert FlatFile(when, rounds, [found], [], [inputs["mask"]]).find(nip, account).mask == inputs["mask"]
    return {"masked": seen, "sha512_hex": found}
