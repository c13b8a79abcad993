"""The blocks of a claim package: parties, claims, what was credited, evidence, fees, justification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from documents.blocks import BlockContext, Blocks, Column, Parts, table
from documents.kinds.compensation_note.blocks import compensations


def _parties(context: BlockContext) -> Parts:
    """Plaintiff and defendant, with every number that names them."""
    model, labels = context.model, context.labels
    for role, party, numbers in (
        ("plaintiff", model["sender"], model["plaintiff"]),
        ("defendant", model["customer"], model["defendant"]),
    ):
        pairs = context.labelled(
            [
                ("party_name", party["name"]),
                ("party_address", ", ".join(party["address"])),
                ("tax_id", party["tax_id"]),
                ("pesel", numbers["pesel"]),
                ("krs", numbers["krs"]),
            ]
        )
        yield {"type": "box", "title": labels[role], "pairs": pairs}


def _rows(context: BlockContext) -> Parts:
    style = context.style
    columns: list[Column] = [
        ("document", "left", lambda row: row["document"]),
        ("issue_date", "left", lambda row: style.short_date(row["issue_date"])),
        ("due_date", "left", lambda row: style.short_date(row["due_date"])),
        ("effective_due", "left", lambda row: style.short_date(row["effective_due"])),
        ("original", "right", lambda row: style.money(row["original"])),
        ("principal_left", "right", lambda row: style.money(row["principal"])),
        ("accrued_interest", "right", lambda row: style.money(row["accrued"])),
        ("interest_from", "left", lambda row: style.short_date(row["interest_from"])),
        ("limitation", "left", lambda row: style.short_date(row["limitation"])),
    ]
    rows = context.model["rows"]
    yield from table(context, "claims", columns, rows, "wide")
    interest, labels = context.model["interest"], context.labels
    rate = f"{labels['rate_on_day']}: {style.price(interest['rate'])}{style.percent} ({interest['name']})"
    charged = [f"{row['document']}: {labels['charged_by']} {row['charged_by']}" for row in rows if row["charged_by"]]
    yield {"type": "list", "lines": [rate, *charged]}


def _credited(context: BlockContext) -> Parts:
    style = context.style
    columns: list[Column] = [
        ("document", "left", lambda pair: pair[0]["document"]),
        ("settled_on", "left", lambda pair: style.short_date(pair[1]["day"])),
        ("settled_amount", "right", lambda pair: style.money(pair[1]["amount"])),
        ("to_interest", "right", lambda pair: style.money(pair[1]["to_interest"])),
        ("to_principal", "right", lambda pair: style.money(pair[1]["to_principal"])),
    ]
    pairs = [(row, part) for row in context.model["rows"] for part in row["credited"]]
    yield from table(context, "settled", columns, pairs)


def _further(context: BlockContext) -> Parts:
    """Unpaid notes and compensation."""
    style, labels = context.style, context.labels
    columns: list[Column] = [
        ("document", "left", lambda row: row["document"]),
        ("movement", "left", lambda row: labels[f"note_{row['kind']}"]),
        ("issue_date", "left", lambda row: style.short_date(row["issue_date"])),
        ("settled_amount", "right", lambda row: style.money(row["amount"])),
    ]
    yield from table(context, "notes", columns, context.model["notes"])
    yield from compensations(context, context.model["compensations"])


def _totals(context: BlockContext) -> Parts:
    yield {"type": "totals", "pairs": context.amounts("claimed_total", context.model["totals"]), "strong": True}


def _fees(context: BlockContext) -> Parts:
    """Value in dispute, fee of an ordinary and of the electronic court."""
    model, style, labels = context.model, context.style, context.labels
    if model["dispute"] is None:
        return
    pairs = [("dispute", style.money(model["dispute"]))]
    if fees := model["fees"]:
        pairs += [
            ("fee_ordinary", style.money(fees["ordinary"])),
            ("fee_electronic", style.money(fees["electronic"])),
            ("fee_in_time", labels["yes" if fees["in_time"] else "no"]),
            ("fee_basis", fees["basis"][context.language]),
        ]
    yield {"type": "box", "title": labels["fees"], "pairs": context.labelled(pairs)}


def _evidence(context: BlockContext) -> Parts:
    """Documents and demands, with their places in the archive."""
    model, labels, style = context.model, context.labels, context.style
    issued = {one["document"]: one for one in model["issued"]}
    lines = []
    for row in (*model["rows"], *model["notes"]):
        line = f"{row['document']}, {style.short_date(row['issue_date'])}"
        if one := issued.get(row["document"]):
            line += f"; {labels['archive_entry']} {one['entry']}, SHA-256 {one['pdf']}"
        lines.append(line)
    yield {"type": "list", "lines": lines + [_demand(context, demand) for demand in model["demands"]]}


def _demand(context: BlockContext, demand: Mapping[str, Any]) -> str:
    labels = context.labels
    sent = f"{labels['wording_' + demand['wording']]}, {context.style.short_date(demand['day'])}"
    parts = [f"{sent} ({', '.join(demand['documents'])})"]
    entries = [str(demand[name]) for name in ("intent", "proof") if demand[name] is not None]
    parts += [f"{labels['archive_entries']} {', '.join(entries)}"] if entries else []
    parts += [f"SHA-256 {demand['message']}"] if demand["message"] else []
    parts += [f"{labels['outcome']}: {demand['outcome']}"] if demand["outcome"] else []
    return "; ".join(parts)


def _justification(context: BlockContext) -> Parts:
    for paragraph in context.model["justification"]:
        yield {"type": "paragraph", "text": paragraph}


def _left_out(context: BlockContext) -> Parts:
    labels = context.labels
    lines = [
        f"{one['document']}: {labels.get('barred_' + one['reason'], one['reason'])}"
        for one in context.model["left_out"]
    ]
    if lines:
        yield {"type": "paragraph", "text": labels["left_out"]}
        yield {"type": "list", "lines": lines}


BLOCKS: Blocks = {
    "claim_parties": _parties,
    "claim_rows": _rows,
    "claim_credited": _credited,
    "claim_further": _further,
    "claim_totals": _totals,
    "claim_fees": _fees,
    "claim_evidence": _evidence,
    "claim_justification": _justification,
    "claim_left_out": _left_out,
}
