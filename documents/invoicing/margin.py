"""The margin scheme: the seller accounts for tax on its margin, and the invoice shows none.

VAT act art. 119 and 120; art. 106e par. 2 and 3 say which words stand on the invoice and that it says nothing of the
tax: neither rate nor amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from marshmallow import fields, validate

from documents.model import Model, refused

#: The code of a line's rate.
MARGIN: Final = "margin"
#: Services of tourism (art. 119), second-hand goods, works of art, collectors' items and antiques (art. 120).
SCHEMES: Final = ("travel", "used_goods", "works_of_art", "collectibles")


def scheme(**options: Any) -> fields.String:
    """Which margin scheme."""
    error = "'{input}' is not a margin scheme; there is {choices}."
    return fields.String(validate=validate.OneOf(SCHEMES, error=error), **options)


def hold_margin(model: Model, lines: Sequence[Model]) -> None:
    """Hold what was given against the scheme. Raises InvalidInput naming the field for a line or an annotation that
    does not belong beside it."""
    under = [line["rate"] == MARGIN for line in lines]
    if model.get("margin") is None:
        if any(under):
            raise refused("lines", "a line at 'margin' stands on a margin_invoice")
        return
    if not all(under):
        raise refused(
            "lines", "an invoice under the margin scheme says nothing else: rates stand on an invoice of their own"
        )
    if model["prices"] != "gross":
        raise refused("prices", "must be gross: under the margin scheme no net price is shown")
    if model["vat_method"] != "sum":
        raise refused("vat_method", "no tax is shown under the margin scheme")
    if model["split_payment"]:
        raise refused("split_payment", "does not stand on an invoice under the margin scheme (art. 106e par. 2 and 3)")
    if any(line["annex_15"] for line in lines):
        raise refused("lines", "annex_15 does not stand on an invoice under the margin scheme")
