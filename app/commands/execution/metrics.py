"""monitum metrics: figures for a monitoring system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import click
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from app.commands.output import as_json, print_json
from app.installation.system import System


@click.command("metrics")
@as_json
def command(json_output: bool) -> None:
    """Print how execution stands in the text format of Prometheus: actions by state, ages, targets,
    what is unsigned, rows in quarantine, customers in doubt.

    Ages are in seconds, 0 when there is nothing of that sort. For an alarm on them: monitum outbox status --alarm.
    """
    outbox = System.from_environment().outbox
    if json_output:
        print_json({name: value for name, value in asdict(outbox.status()).items() if name != "need_a_person"})
        return
    registry = CollectorRegistry()
    registry.register(_Figures(outbox.figures()))
    click.echo(generate_latest(registry).decode(), nl=False)


class _Figures(Collector):
    def __init__(self, figures: Iterable[Metric]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        return self._figures
