"""The rates an invoice line may carry and where each one's sums stand in FA(3).

Source: schema FA(3) 1-0E, type TStawkaPodatku and elements P_13_1 to P_14_4, P_13_11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from documents.invoicing.margin import MARGIN


@dataclass(frozen=True, slots=True)
class VatRate:
    """`code`: as written on a line. `percent`: whole percent of tax; 0 where none is charged. `net_field` and
    `vat_field`: the elements of FA(3) with its sums; no `vat_field` where no tax is stated. `reverse`: the buyer
    accounts for the tax. `exempt`: the basis of exemption must be named."""

    code: str
    percent: int
    net_field: str
    vat_field: str | None = None
    reverse: bool = False
    exempt: bool = False


def _taxed(code: str, place: int) -> VatRate:
    return VatRate(code, int(code), f"P_13_{place}", f"P_14_{place}")


#: By code, in the order of a summary.
RATES: Final[Mapping[str, VatRate]] = MappingProxyType(
    {
        rate.code: rate
        for rate in (
            _taxed("23", 1),
            _taxed("22", 1),
            _taxed("8", 2),
            _taxed("7", 2),
            _taxed("5", 3),
            _taxed("4", 4),
            _taxed("3", 4),
            VatRate("0 KR", 0, "P_13_6_1"),
            VatRate("0 WDT", 0, "P_13_6_2"),
            VatRate("0 EX", 0, "P_13_6_3"),
            VatRate("zw", 0, "P_13_7", exempt=True),
            VatRate("np I", 0, "P_13_8"),
            VatRate("np II", 0, "P_13_9", reverse=True),
            VatRate("oo", 0, "P_13_10", reverse=True),
            VatRate(MARGIN, 0, "P_13_11"),
        )
    }
)

#: Other ways of writing a code.
SYNONYMS: Final[Mapping[str, str]] = MappingProxyType({"0": "0 KR"})
