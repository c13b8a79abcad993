"""Advance invoices that we issued, and what settles them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping, text

from adapters.database.archive.contents import Erased
from adapters.database.locks import advances_of
from documents.catalogue import kind_of
from documents.filling.evidence import IssuedAdvance
from documents.filling.request import Request
from documents.model import CheckedModel

_ADVANCE: Final = "advance_invoice"
#: The final invoice that takes the advance `i` off; one that KSeF rejected was not issued.
_SETTLING: Final = """
select f.number from issued_document f left join ksef_sending t on t.document_id = f.id
where f.source = i.source and f.customer_key = i.customer_key and f.kind = 'final_invoice'
  and f.inputs @> jsonb_build_object('advances', jsonb_build_array(jsonb_build_object('number', i.number)))
  and t.state is distinct from 'rejected'
"""
_ISSUED: Final = text(f"""
select i.kind, i.customer_key as customer, i.currency, i.issue_date, i.number, i.inputs,
       i.xml_sha256 is not null as electronic, s.ksef_number, coalesce(s.state = 'rejected', false) as rejected,
       ({_SETTLING} limit 1) as settled_by
from issued_document i left join ksef_sending s on s.document_id = i.id
where i.source = :source and i.number = :number
order by i.kind = '{_ADVANCE}' desc limit 1
""")
_OPEN: Final = text(f"""
select i.number from issued_document i left join ksef_sending s on s.document_id = i.id
where i.source = :source and i.customer_key = :customer and i.kind = '{_ADVANCE}'
  and i.inputs #>> '{{order,number}}' = :order and s.state is distinct from 'rejected' and not exists ({_SETTLING})
order by i.id
""")


def issued_advance(connection: Connection, request: Request, number: str) -> IssuedAdvance | None:
    """What we issued under a number; waits for whoever settles advances of the customer. Raises Erased."""
    advances_of(request.source, request.customer).take(connection)
    row = connection.execute(_ISSUED, {"source": request.source, "number": number}).mappings().one_or_none()
    if row is None:
        return None
    kept = {name: row[name] for name in IssuedAdvance.__slots__ if name != "rates"}
    return IssuedAdvance(rates=_rates(row) if row["kind"] == _ADVANCE else (), **kept)


def open_advances(connection: Connection, request: Request, order: str) -> Sequence[str]:
    """Numbers of the advance invoices issued to the customer for an order that no final invoice settles."""
    advances_of(request.source, request.customer).take(connection)
    values = {"source": request.source, "customer": request.customer, "order": order}
    return list(connection.execute(_OPEN, values).scalars())


def _rates(row: RowMapping) -> Sequence[Mapping[str, str]]:
    if "erased" in row["inputs"]:
        raise Erased("advance invoice", row["number"], row["inputs"]["erased"])
    model = CheckedModel(kind_of(_ADVANCE).model, row["inputs"])
    return [
        {"rate": rate["rate"], **{name: str(rate[name]["amount"]) for name in ("net", "vat")}}
        for rate in model["rates"]
    ]
