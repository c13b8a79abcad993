"""A payment that cannot be read, from the command line: nobody is dunned on it, and everybody is told why."""

from __future__ import annotations

from tests.app.commands.conftest import Shell

BAD = {"payments": [{"key": "P1", "paid": "2026-03-03", "amount": "1OO", "pays": {"I1": "100"}}]}
DAY = ("--as-of", "2026-03-12")


def test_a_payment_that_cannot_be_read_holds_its_customer_back_until_it_is_mended(ready: Shell) -> None:
    ready.books.change(BAD)
    ready.books.write(ready.source)
    synced = ready("sync")
    assert synced.exit_code == 1
    assert "books in doubt of 1 customer(s)" in synced.output

    (report,) = ready.json("sync")["sources"]
    assert (report["skipped_unchanged"], report["in_doubt"], report["all_in_doubt"]) == (True, 1, False)
    assert ready("sync").exit_code == 1

    answer = ready.json("explain", "A", *DAY)
    assert answer["decisions"] == []
    assert "eu.guard.books_doubtful" in [guard["id"] for guard in answer["guards"]]
    payment, settlement = sorted(answer["doubts"], key=lambda one: one["file"], reverse=True)
    assert (payment["file"], payment["line"], payment["column"], payment["value"]) == (
        "payments.csv",
        2,
        "amount",
        "1OO",
    )
    assert settlement["reason"] == "refers to payment 'P1', whose row is quarantined"
    told = ready("explain", "A", *DAY).output
    assert "1OO" in told
    assert "sync again" in told
    assert ready.json("explain", "B", *DAY)["doubts"] == []

    (counts,) = [report["counts"] for report in ready.json("run", *DAY)]
    assert counts.get("decisions", 0) == 0

    (ready.source / "model.yaml").write_text("{}\n", "utf-8")
    model = str(ready.source / "model.yaml")
    refused = ready("documents", "issue", "account_statement", model, "--customer", "A")
    assert refused.exit_code == 2
    assert "books of 'A' are in doubt" in " ".join(refused.output.split())

    listed = ready("doubts", "--customer", "A")
    assert listed.exit_code == 1
    assert "payments.csv" in listed.output
    assert ready("doubts", "--customer", "B").exit_code == 0
    (books,) = [part for part in ready.json("doctor") if part["part"] == "books"]
    assert (books["ok"], "1 customers in doubt" in books["says"]) == (False, True)
    assert 'monitum_customers_in_doubt{source="books"} 1.0' in ready("metrics").output

    ready.books.change({"payments": [{"key": "P1", "paid": "2026-03-03", "amount": "10", "pays": {"I1": "10"}}]})
    ready.books.write(ready.source)
    assert ready("sync").exit_code == 0
    assert ready("doubts").exit_code == 0
    (counts,) = [report["counts"] for report in ready.json("run", *DAY)]
    assert counts["decisions"] == 1


def test_a_line_that_nobody_can_attribute_holds_everybody_back(ready: Shell) -> None:
    payments = ready.source / "payments.csv"
    payments.write_text(f"{payments.read_text('utf-8')}P1,A,2026-03-03\n", "utf-8")
    assert "books in doubt of every customer" in ready("sync").output
    for customer in "AB":
        (one,) = ready.json("explain", customer, "--as-of", "2026-03-25")["doubts"]
        assert (one["customer"], one["reason"]) == (None, "3 columns, the header has 5")
