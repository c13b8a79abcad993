"""A log behind the API: its newest checkpoint and proofs over HTTP."""

from __future__ import annotations

from typing import Final

import httpx

from engine.errors import AdapterError, InvalidInput, NotFound

_TIMEOUT: Final = 20.0
#: A proof of a log of 2**63 entries has fewer hashes, a checkpoint fewer bytes; more is not an answer.
_LIMIT: Final = 65_536


class HttpLog:
    """Reads with a key of scope 'auditor'. `url` ends where '/v1' begins."""

    def __init__(self, url: str, token: str) -> None:
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise InvalidInput("The key of the API goes over https only, or stays on this machine.", field="url")
        self._client = httpx.Client(
            base_url=f"{url.rstrip('/')}/v1/archive/",
            timeout=_TIMEOUT,
            follow_redirects=False,
            headers={"Authorization": f"Bearer {token}"},
        )

    def newest(self) -> str | None:
        """The newest checkpoint; None when the log has none. Raises AdapterError when there is no answer."""
        try:
            return self._get("checkpoint", {}).decode("utf-8")
        except NotFound:
            return None
        except UnicodeDecodeError:
            raise AdapterError("The checkpoint of the log is not text.") from None

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Proof that the tree of `new` entries extends that of `old`, unverified. Raises AdapterError."""
        answer = self._get("consistency", {"from": old, "to": new})
        try:
            return tuple(bytes.fromhex(value) for value in httpx.Response(200, content=answer).json()["hashes"])
        except (ValueError, KeyError, TypeError):
            raise AdapterError("The log's answer is not a consistency proof.") from None

    def deliver(self, note: str, witness: str) -> None:
        """Nothing: a log behind its API takes no cosignatures; 'monitum archive cosign' does."""

    def _get(self, path: str, query: dict[str, int]) -> bytes:
        try:
            with self._client.stream("GET", path, params=query) as response:
                data = b""
                for part in response.iter_bytes():
                    data += part
                    if len(data) > _LIMIT:
                        raise AdapterError("The log's answer is longer than any of its kind.")
        except httpx.HTTPError as error:
            raise AdapterError(f"The log does not answer: {error}") from error
        if response.status_code == httpx.codes.NOT_FOUND:
            raise NotFound("answer of the log", path)
        if response.status_code != httpx.codes.OK:
            raise AdapterError(
                f"The log answers {response.status_code} to {path}: {data[:300].decode(errors='replace')}"
            )
        return data
