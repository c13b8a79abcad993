"""Who may do what. Every route declares a scope, or that it needs none; the application refuses to start otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, g, request

from api.ports import Keys, Principal
from api.problems import Problem
from engine.ports import Clock

#: What a key may be allowed to do.
SCOPES: Final = {
    "evaluate": "Evaluate rules over stored or supplied facts.",
    "customers:read": "Read state and finances of customers.",
    "documents:read": "Read issued documents and how they stand in the books.",
    "documents:write": "Issue documents.",
    "rulesets:read": "Read rulesets, their cases, sentences and differences.",
    "rulesets:write": "Write, submit and withdraw rulesets.",
    "rulesets:approve": "Approve rulesets of others and end effective ones.",
    "auditor": "Read the archive: entries about everybody, proofs, tiles. Reading about people is noted.",
    "metrics:read": "Read operating figures.",
}
#: Declared by routes that need no key.
PUBLIC: Final = "public"

_View = TypeVar("_View", bound=Callable[..., Any])


def declare(scope: str) -> Callable[[_View], _View]:
    """Declare the scope a view needs, or PUBLIC."""
    if scope not in SCOPES and scope != PUBLIC:
        raise ValueError(f"There is no scope '{scope}'.")

    def mark(view: _View) -> _View:
        view.__dict__["scope"] = scope
        return view

    return mark


def declared(app: Flask, endpoint: str) -> str | None:
    """The scope an endpoint declared."""
    scope: str | None = app.view_functions[endpoint].__dict__.get("scope")
    return scope


def guard(app: Flask, keys: Keys, clock: Clock) -> None:
    """Check the bearer's key and scope before every view. Call it when all routes are registered.

    Raises RuntimeError when a route declares no scope.
    """
    undeclared = sorted(rule.rule for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) is None)
    if undeclared:
        raise RuntimeError(f"These routes declare no scope: {', '.join(undeclared)}.")

    def check() -> None:
        if request.endpoint is None:  # no such route: 404 and 405 tell nothing that needs a key
            return
        scope = declared(app, request.endpoint)
        if scope == PUBLIC:
            return
        g.principal = _authenticate(keys, clock)
        require(scope or "")

    app.before_request(check)


def principal() -> Principal:
    """The owner of the key that the request carries."""
    found: Principal = g.principal
    return found


def require(scope: str) -> None:
    """Raise 403 unless the request's key has the scope."""
    if scope not in principal().scopes:
        challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
        raise Problem(403, "insufficient_scope", f"This needs a key with the scope '{scope}'.", headers=challenge)


def _authenticate(keys: Keys, clock: Clock) -> Principal:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token or kind.lower() != "bearer":
        raise Problem(
            401,
            "unauthorized",
            "Send an API key as 'Authorization: Bearer mon_...'.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    found = keys.authenticate(token.strip(), clock.now())
    if found is None:
        raise Problem(
            401,
            "invalid_key",
            "The API key is unknown, expired or revoked.",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    return found
