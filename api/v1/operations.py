"""What operators and machines ask: alive, ready, figures, the OpenAPI document and its page."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

import marshmallow as ma
from flask import Blueprint as FlaskBlueprint
from flask import Flask, Response, g, json, request
from marshmallow import fields
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from api.access.authorization import PUBLIC, declare
from api.ports import Services
from api.problems import FieldError, Problem
from api.v1.documentation import page
from api.v1.operation import blueprint, operation

_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Health(ma.Schema):
    """The process answers."""

    status = fields.String(required=True)


class Readiness(ma.Schema):
    """Each part that Monitum needs, and whether it works."""

    status = fields.String(required=True)
    parts = fields.Dict(keys=fields.String(), values=fields.Boolean(), required=True)


def operations(services: Services) -> FlaskBlueprint:
    """GET /v1/health and /v1/ready."""
    group = blueprint("operations", "Whether Monitum is alive and ready.")

    @operation(group, "GET", "/health", scope=PUBLIC, answer=Health)
    def health() -> dict[str, str]:
        """Say that the process answers; asks nothing else."""
        return {"status": "ok"}

    @operation(group, "GET", "/ready", scope=PUBLIC, answer=Readiness)
    def ready() -> dict[str, Any]:
        """Say whether requests can be served; 503 names the parts that cannot."""
        parts = dict(services.operation.readiness())
        broken = sorted(name for name, works in parts.items() if not works)
        if broken:
            errors = [FieldError(name, "Does not work.") for name in broken]
            raise Problem(503, "not_ready", f"Not working: {', '.join(broken)}.", errors=errors)
        return {"status": "ready", "parts": parts}

    return group


def figures(app: Flask, services: Services) -> None:
    """Measure every request and serve the figures at /metrics in the Prometheus text format."""
    registry = CollectorRegistry()
    requests = Counter("monitum_http_requests", "Requests answered.", ["method", "route", "status"], registry=registry)
    seconds = Histogram(
        "monitum_http_request_seconds", "Time to answer.", ["method", "route"], registry=registry, buckets=_BUCKETS
    )
    compiled = Gauge("monitum_rulesets_compiled", "Evaluators compiled by this process.", registry=registry)
    compiled.set_function(lambda: services.rulesets.compiled)
    age = Gauge("monitum_source_synced_seconds", "Unix time of the last complete sync.", ["source"], registry=registry)

    old = Gauge("monitum_source_books_seconds", "Unix time that the books are from.", ["source"], registry=registry)

    registry.register(_Execution(services))

    def start() -> None:
        g.started = time.perf_counter()

    def measure(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        requests.labels(request.method, route, str(response.status_code)).inc()
        seconds.labels(request.method, route).observe(time.perf_counter() - g.started)
        return response

    @declare("metrics:read")
    def metrics() -> Response:
        for source in services.evaluation.facts.sources():
            if source.synced_at:
                age.labels(source.key).set(source.synced_at.timestamp())
                old.labels(source.key).set((source.books_at or source.synced_at).timestamp())
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.before_request(start)
    app.after_request(measure)
    app.add_url_rule("/metrics", "metrics", metrics)


class _Execution(Collector):
    """The figures of execution, asked anew each time they are read."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterable[Metric]:
        return self._services.operation.figures()


def documentation(app: Flask, document: Mapping[str, Any]) -> None:
    """Serve the OpenAPI document and a page that shows it without any other file."""

    @declare(PUBLIC)
    def openapi() -> Response:
        return Response(json.dumps(document), mimetype="application/json")

    @declare(PUBLIC)
    def docs() -> Response:
        return Response(page(document), mimetype="text/html")

    app.add_url_rule("/v1/openapi.json", "openapi", openapi)
    app.add_url_rule("/v1/docs", "docs", docs)
