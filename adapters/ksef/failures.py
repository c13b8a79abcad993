"""Errors of the client library as errors of the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
from ksef_client.exceptions import KsefHttpError, KsefRateLimitError

from adapters.ksef.port import KsefBusy, KsefRefused
from engine.errors import AdapterError, EffectUnknown

#: Seconds to wait after 429 without Retry-After.
_DEFAULT_PAUSE: Final = 60
_NO_ANSWER: Final = 0
#: Failures before anything left.
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@contextmanager
def house_errors(*, effect: bool = False) -> Iterator[None]:
    """Raises KsefBusy, KsefRefused, AdapterError; with `effect`, EffectUnknown when the other side may have acted."""
    try:
        yield
    except KsefRateLimitError as error:
        seconds = _DEFAULT_PAUSE if error.retry_after is None else error.retry_after
        raise KsefBusy(f"KSeF asks to wait {seconds} s before the next request.", seconds=seconds) from error
    except KsefHttpError as error:
        raise _translated(error, effect=effect) from error
    except TimeoutError as error:  # of the library's own polling
        raise AdapterError("KSeF did not finish signing in.") from error
    except (RuntimeError, ValueError, TypeError, KeyError) as error:  # what the library raises for unexpected answers
        kind = EffectUnknown if effect else AdapterError
        raise kind(f"KSeF answered otherwise than published: {error}") from error


def _translated(error: KsefHttpError, *, effect: bool) -> AdapterError:
    status = error.status_code
    if status == _NO_ANSWER:
        if effect and not isinstance(error.__cause__, _NOT_SENT):
            return EffectUnknown("KSeF did not answer; whether the invoice arrived is not known.")
        return AdapterError(f"KSeF does not answer: {_cause(error)}.")
    if status >= 500 or status == 408:
        if effect:
            return EffectUnknown(f"KSeF answered {status}; whether the invoice arrived is not known.")
        return AdapterError(f"KSeF answered {status}; try again later.")
    if status < 400:  # 2xx that cannot be read, 3xx
        return (EffectUnknown if effect else AdapterError)(f"KSeF answered {status}: {error.message}")
    return KsefRefused(f"KSeF answered {status}: {_said(error)}", permanent=status != 401)


def _cause(error: KsefHttpError) -> str:
    return type(error.__cause__ or error).__name__


def _said(error: KsefHttpError) -> str:
    """The words of an answer: of its list of exceptions, or of its problem document."""
    body = error.response_body
    if not isinstance(body, dict):
        return error.message
    exception = body.get("exception")
    details = exception.get("exceptionDetailList") if isinstance(exception, dict) else body.get("errors")
    lines = [text for detail in details or [] if isinstance(detail, dict) for text in _lines(detail)]
    return "; ".join(lines) or str(body.get("detail") or body.get("title") or error.message)


def _lines(detail: dict[str, Any]) -> Iterator[str]:
    code = detail.get("exceptionCode") or detail.get("code")
    text = detail.get("exceptionDescription") or detail.get("description") or ""
    more = ", ".join(str(one) for one in detail.get("details") or [])
    yield " ".join(part for part in (str(code or ""), str(text), f"({more})" if more else "") if part)
