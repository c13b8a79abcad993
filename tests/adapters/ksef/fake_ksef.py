"""KSeF on loopback: the published endpoints over real HTTP, with faults on demand."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from tests.adapters.ksef.fake_state import Refusal, Sent, State

#: Invoices on a page of a listing, so that few are enough to turn one.
_PAGE = 2
_UPO = """<?xml version="1.0" encoding="utf-8"?>
<Potwierdzenie xmlns="http://upo.schematy.mf.gov.pl/KSeF/v4-2">
<NazwaPodmiotuPrzyjmujacego>Ministerstwo Finansów</NazwaPodmiotuPrzyjmujacego>
<NumerReferencyjnySesji>{session}</NumerReferencyjnySesji>
<Dokument><NumerKSeFDokumentu>{number}</NumerKSeFDokumentu>
<DataNadaniaNumeruKSeF>{moment}</DataNadaniaNumeruKSeF><SkrotDokumentu>{hash}</SkrotDokumentu></Dokument>
</Potwierdzenie>"""


class FakeKsef:
    """The state, the faults to come by name of endpoint, and the calls that came."""

    def __init__(self, state: State, url: str) -> None:
        self.state = state
        self.url = url
        #: 'drop': no answer and no effect; 'lose': the effect, but no answer; 0: none this time; else an HTTP status
        #: without effect.
        self.faults: dict[str, list[str | int]] = defaultdict(list)
        self.calls: list[str] = []

    def sent(self) -> list[Sent]:
        """Every invoice that came in."""
        return [sent for session in self.state.sessions.values() for sent in session.invoices]


@contextmanager
def fake_ksef(now: dt.datetime) -> Iterator[FakeKsef]:
    """A fake on a free port until the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    fake = FakeKsef(State(now), f"http://127.0.0.1:{server.server_address[1]}")
    server.fake = fake  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    routes: ClassVar[list[tuple[str, str, str, int]]] = [
        ("GET", r"/v2/security/public-key-certificates", "keys", 200),
        ("POST", r"/v2/auth/challenge", "challenge", 200),
        ("POST", r"/v2/auth/ksef-token", "by_token", 202),
        ("POST", r"/v2/auth/xades-signature", "by_signature", 202),
        ("POST", r"/v2/auth/token/redeem", "redeem", 200),
        ("GET", r"/v2/auth/([^/]+)", "operation", 200),
        ("POST", r"/v2/sessions/online", "open", 201),
        ("POST", r"/v2/sessions/online/([^/]+)/invoices", "send", 202),
        ("POST", r"/v2/sessions/online/([^/]+)/close", "close", 204),
        ("GET", r"/v2/sessions/([^/]+)", "session", 200),
        ("GET", r"/v2/sessions/([^/]+)/invoices", "list", 200),
        ("GET", r"/v2/sessions/([^/]+)/invoices/ksef/([^/]+)/upo", "upo_by_number", 200),
        ("GET", r"/v2/sessions/([^/]+)/invoices/([^/]+)", "status", 200),
        ("GET", r"/v2/sessions/([^/]+)/invoices/([^/]+)/upo", "upo", 200),
        ("GET", r"/v2/invoices/ksef/([^/]+)", "invoice", 200),
    ]

    @property
    def fake(self) -> FakeKsef:
        return self.server.fake  # type: ignore[attr-defined, no-any-return]

    def log_message(self, *_: object) -> None:
        """Silence."""

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        path = self.path.partition("?")[0]
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        for verb, pattern, name, status in self.routes:
            if verb == method and (match := re.fullmatch(pattern, path)):
                self._route(name, status, match.groups(), data)
                return
        self._reply(404, {"title": "Not Found", "status": 404, "detail": path})

    def _route(self, name: str, status: int, parts: tuple[str, ...], data: bytes) -> None:
        fake = self.fake
        fake.calls.append(name)
        fault = fake.faults[name].pop(0) if fake.faults[name] else None
        if isinstance(fault, int) and fault:
            headers = {"Retry-After": "30"} if fault == 429 else {}
            self._reply(fault, {"status": {"code": fault, "description": "Too Many Requests"}}, headers)
            return
        if fault == "drop":
            self._hang_up()
            return
        try:
            body: Any = getattr(self, f"_{name}")(*parts, data)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        if fault == "lose":
            self._hang_up()
        else:
            self._reply(status, body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _reply(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml" if isinstance(body, bytes) else "application/json")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    @property
    def _bearer(self) -> str:
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ")

    @property
    def _nip(self) -> str:
        nip = self.fake.state.access.get(self._bearer)
        if nip is None:
            raise Refusal(401, 401, "Unauthorized")
        return nip

    def _keys(self, _data: bytes) -> Any:
        return self.fake.state.public_keys()

    def _challenge(self, _data: bytes) -> Any:
        return self.fake.state.challenge()

    def _by_token(self, data: bytes) -> Any:
        return self.fake.state.by_token(json.loads(data))

    def _by_signature(self, data: bytes) -> Any:
        return self.fake.state.by_signature(data)

    def _operation(self, reference: str, _data: bytes) -> Any:
        if self._bearer != f"op:{reference}":
            raise Refusal(401, 401, "Unauthorized")
        return self.fake.state.operation(reference)

    def _redeem(self, _data: bytes) -> Any:
        return self.fake.state.redeem(self._bearer)

    def _open(self, data: bytes) -> Any:
        return self.fake.state.open(self._nip, json.loads(data))

    def _send(self, session: str, data: bytes) -> Any:
        return self.fake.state.take(self._nip, session, json.loads(data))

    def _close(self, session: str, _data: bytes) -> Any:
        self.fake.state.close(self._nip, session)

    def _session(self, session: str, _data: bytes) -> Any:
        code = self.fake.state.session(self._nip, session).code
        return {
            "status": {"code": code, "description": "Sesja"},
            "dateCreated": "2026-11-24T09:00:00Z",
            "dateUpdated": "2026-11-24T09:00:00Z",
        }

    def _list(self, session: str, _data: bytes) -> Any:
        invoices = self.fake.state.session(self._nip, session).invoices
        start = int(self.headers.get("x-continuation-token") or 0)
        page = [self._shown(sent, start + place) for place, sent in enumerate(invoices[start : start + _PAGE], 1)]
        more = start + _PAGE < len(invoices)
        return {"invoices": page, **({"continuationToken": str(start + _PAGE)} if more else {})}

    def _status(self, session: str, reference: str, _data: bytes) -> Any:
        for number, sent in enumerate(self.fake.state.session(self._nip, session).invoices, 1):
            if sent.reference == reference:
                return self._shown(sent, number)
        raise Refusal(400, 21178, "Nie znaleziono faktury o podanym identyfikatorze.")

    def _shown(self, sent: Sent, number: int) -> dict[str, Any]:
        state = self.fake.state
        common = {
            "ordinalNumber": number,
            "referenceNumber": sent.reference,
            "invoiceHash": sent.claimed,
            "invoicingDate": f"{state.now:%Y-%m-%dT%H:%M:%S}.1234567+00:00",
        }
        sent.looks += 1
        if sent.looks <= state.delay:
            return {**common, "status": {"code": 150, "description": "Trwa przetwarzanie"}}
        status = {"code": sent.code, "description": sent.words, "details": sent.details, "extensions": sent.extensions}
        if sent.number is None:
            return {**common, "status": status}
        return {**common, "status": status, "ksefNumber": sent.number, "acquisitionDate": state.now.isoformat()}

    def _upo(self, session: str, reference: str, _data: bytes) -> Any:
        return self._confirmation(session, lambda sent: sent.reference == reference)

    def _upo_by_number(self, session: str, number: str, _data: bytes) -> Any:
        return self._confirmation(session, lambda sent: sent.number == number)

    def _confirmation(self, session: str, wanted: Callable[[Sent], bool]) -> bytes:
        state = self.fake.state
        for sent in state.session(self._nip, session).invoices:
            if wanted(sent) and sent.number:
                digest = base64.b64encode(sha256(sent.xml).digest()).decode()
                text = _UPO.format(session=session, number=sent.number, moment=state.now.isoformat(), hash=digest)
                return text.encode()
        raise Refusal(400, 21178, "Nie znaleziono UPO dla podanych kryteriów.")

    def _invoice(self, number: str, _data: bytes) -> Any:
        found = self.fake.state.registry.get(number)
        if found is None or found[1] not in self.fake.state.sessions:
            raise Refusal(400, 21164, "Faktura o podanym identyfikatorze nie istnieje.")
        return found[0].xml
