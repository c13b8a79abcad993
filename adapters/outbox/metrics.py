"""The state of execution as figures that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily

from adapters.outbox.status import OutboxStatus

_TARGET_STATES = ("failing", "rests", "tried")


def families(status: OutboxStatus) -> Iterator[GaugeMetricFamily]:
    """The figures; an age of nothing is 0."""
    states = GaugeMetricFamily(
        "monitum_actions", "Actions in the outbox.", labels=["source", "kind", "channel", "state"]
    )
    for row in status.states:
        states.add_metric([row["source"], row["kind"], row["channel"], row["state"]], row["count"])
    yield states
    yield _age("monitum_oldest_due_seconds", "Age of the oldest action that is due.", status.oldest_due_seconds)
    yield _age(
        "monitum_oldest_unknown_seconds",
        "Age of the oldest action of which it is not known whether it happened.",
        status.oldest_unknown_seconds,
    )
    yield _age("monitum_unsigned_entries", "Entries of the archive that no checkpoint covers yet.", status.unsigned)
    yield _age("monitum_oldest_unsigned_seconds", "Age of the oldest of them.", status.oldest_unsigned_seconds)
    failures = GaugeMetricFamily("monitum_target_failures", "Failures of a target in a row.", labels=["target"])
    resting = GaugeMetricFamily(
        "monitum_target_state", "1 for the state a target that failed lately is in.", labels=["target", "state"]
    )
    for row in status.targets:
        failures.add_metric([row["target"]], row["failures"])
        for state in _TARGET_STATES:
            resting.add_metric([row["target"], state], int(row["state"] == state))
    rows = GaugeMetricFamily("monitum_quarantined_rows", "Problems of rows that were refused.", labels=["source"])
    doubtful = GaugeMetricFamily(
        "monitum_customers_in_doubt", "Customers to whom nothing adverse is done.", labels=["source"]
    )
    for row in status.books:
        rows.add_metric([row["source"]], row["rows"])
        doubtful.add_metric([row["source"]], row["customers"])
    yield rows
    yield doubtful
    yield failures
    yield resting


def _age(name: str, help_text: str, value: int | None) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, value=value or 0)
