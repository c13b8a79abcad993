"""Webhooks to a CRM, signed and delivered as Standard Webhooks asks (https://www.standardwebhooks.com).

A webhook may be sent again whenever its delivery status is not known: the receiver knows it by its webhook-id. So a
lost answer is an AdapterError that another attempt cures, never EffectUnknown.
"""

from __future__ import annotations

import asyncio
import binascii
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import ClassVar, Final
from urllib.parse import urlsplit, urlunsplit

import httpx
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from adapters.crm.addresses import resolve, target
from engine.errors import AdapterError, InvalidInput, TargetDown

#: Seconds for one attempt, all of it.
TIMEOUT: Final = 15.0
#: Bytes of a payload; receivers commonly refuse more than tens of kilobytes.
LARGEST_PAYLOAD: Final = 256 << 10
#: Bytes of an answer that are read; they only explain an error.
_LARGEST_ANSWER: Final = 4 << 10
_TOO_MANY: Final = 429
#: 4xx answers another attempt can cure: request timeout, too many requests.
_CURABLE: Final = frozenset({408, _TOO_MANY})


class EndpointGone(AdapterError):
    """The endpoint answered 410 Gone: it wants no more webhooks and should be disabled."""

    code: ClassVar[str] = "endpoint_gone"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where webhooks go. `secrets`: whsec_ keys, the newest first; two while one replaces the other. `internal`: the
    address may be a private or loopback one; set it only for an endpoint that the operator runs."""

    url: str
    secrets: tuple[str, ...] = field(repr=False)
    internal: bool = False


def signed_headers(endpoint: Endpoint, event_id: str, payload: bytes, timestamp: datetime) -> Mapping[str, str]:
    """The three headers of Standard Webhooks, a signature for each secret.

    `timestamp`: the moment of this attempt, timezone-aware. Raises InvalidInput for an unusable secret, id, payload or
    time.
    """
    if timestamp.tzinfo is None:
        raise InvalidInput("timestamp: it must say its time zone", field="timestamp")
    if not event_id or not event_id.isascii() or not event_id.replace("_", "").replace("-", "").isalnum():
        raise InvalidInput(f"event_id: '{event_id}' may have letters, digits, - and _ only", field="event_id")
    if not endpoint.secrets:
        raise InvalidInput("secrets: an endpoint needs one", field="secrets")
    moment = timestamp.astimezone(UTC)  # the library reads the clock face as UTC
    try:
        signatures = [Webhook(secret).sign(event_id, moment, payload.decode()) for secret in endpoint.secrets]
    except (binascii.Error, EmptyWebhookSecretError) as error:
        raise InvalidInput("secrets: a webhook secret is not base64 after whsec_", field="secrets") from error
    except UnicodeDecodeError as error:
        raise InvalidInput("payload: it is not UTF-8", field="payload") from error
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def send(endpoint: Endpoint, event_id: str, payload: bytes, timestamp: datetime, *, timeout: float = TIMEOUT) -> None:
    """Deliver one webhook; returns when the endpoint answered 2xx.

    No redirect is followed and no proxy of the environment is used; the name is resolved once and its address checked
    (see adapters.crm.addresses). `timeout`: seconds for the whole attempt.

    Raises InvalidInput for a malformed endpoint or payload; EndpointGone (permanent) for 410; TargetDown when no answer
    came, or 5xx or 429, which another attempt may cure; AdapterError otherwise, permanent for 4xx except 408 and for a
    forbidden address.
    """
    if len(payload) > LARGEST_PAYLOAD:
        raise InvalidInput(f"payload: it is longer than {LARGEST_PAYLOAD} bytes", field="payload")
    _, host, port = target(endpoint.url)
    headers = signed_headers(endpoint, event_id, payload, timestamp)
    address = resolve(host, port, internal=endpoint.internal)
    try:
        status, said = asyncio.run(_post(endpoint.url, address, headers, payload, timeout))
    except TimeoutError as error:
        raise TargetDown(f"{host} did not answer within {timeout:g} s.") from error
    except httpx.HTTPError as error:
        raise TargetDown(f"{host}: {error or type(error).__name__}") from error
    _judge(host, status, said)


def _judge(host: str, status: int, said: str) -> None:
    if 200 <= status < 300:
        return
    if status == 410:
        raise EndpointGone(f"{host} answered 410 Gone.", permanent=True)
    answered = f"{host} answered {status}{': ' + said if said else ''}"
    if status >= 500 or status == _TOO_MANY:
        raise TargetDown(answered)
    raise AdapterError(answered, permanent=400 <= status < 500 and status not in _CURABLE)


async def _post(url: str, address: str, headers: Mapping[str, str], payload: bytes, seconds: float) -> tuple[int, str]:
    """POST to the checked address under the endpoint's own name, for Host and for TLS alike."""
    parts = urlsplit(url)
    netloc = f"[{address}]" if ":" in address else address
    pinned = urlunsplit(parts._replace(netloc=f"{netloc}:{parts.port}" if parts.port else netloc))
    sent = {**headers, "host": parts.netloc, "content-type": "application/json", "user-agent": "Monitum"}
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(verify=_trust(), trust_env=False, follow_redirects=False, timeout=seconds) as client,
        client.stream(
            "POST", pinned, content=payload, headers=sent, extensions={"sni_hostname": parts.hostname}
        ) as answer,
    ):
        said = b""
        if not answer.is_success:
            async for chunk in answer.aiter_raw():
                said += chunk
                if len(said) >= _LARGEST_ANSWER:
                    break
        return answer.status_code, " ".join(said[:200].decode("utf-8", "replace").split())


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
