"""KSeF over its API 2, through the library ksef-client: signing in, session keys, invoices, confirmations.

Source: CIRFMF/ksef-docs of the Ministry of Finance, API 2.6 (May 2026). Every session has an AES-256 key of its own,
wrapped with the ministry's public key (RSA-OAEP); invoices travel under it (AES-CBC), with hashes of both forms.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from typing import Final, Self, TypeVar

from ksef_client import KsefClient, KsefClientOptions
from ksef_client.models import (
    FormCode,
    OpenOnlineSessionRequest,
    PublicKeyCertificate,
    PublicKeyCertificateUsage,
    SessionInvoiceStatusResponse,
)
from ksef_client.services.crypto import EncryptionData, build_encryption_data, build_send_invoice_request

from adapters.ksef.failures import house_errors
from adapters.ksef.port import Answer, KsefRefused
from adapters.ksef.signing_in import Credential, sign_in
from engine.errors import AdapterError

_T = TypeVar("_T")
_FORM: Final = FormCode(system_code="FA (3)", schema_version="1-0E", value="FA")
#: Codes of an invoice: accepted; below that, under way.
_ACCEPTED: Final = 200
_DUPLICATE: Final = 440
#: The session failed; the system stopped. Neither is about the invoice.
_INTERRUPTED: Final = (405, 550)
#: Codes of a session from which on it takes no more invoices and has handled all it took.
_FINISHED: Final = 200
_PAGE: Final = 100


class OnlineKsef:
    """KSeF for one seller (`nip`). `url`: of the API, such as https://api.ksef.mf.gov.pl; `at`: the present, by which
    the ministry's keys are chosen. Use it as a context manager; it signs in when it is first needed."""

    def __init__(self, url: str, nip: str, credential: Credential, *, at: dt.datetime, timeout: float = 30.0) -> None:
        self._client = KsefClient(KsefClientOptions(base_url=url, timeout_seconds=timeout))
        self._nip = nip
        self._credential = credential
        self._at = at
        self._token: str | None = None
        self._keys: dict[str, EncryptionData] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def open(self) -> str:
        """See the port."""
        certificate = self._certificate(PublicKeyCertificateUsage.SYMMETRICKEYENCRYPTION)
        with house_errors():
            key = build_encryption_data(certificate.certificate, public_key_id=certificate.public_key_id)
        if key.encryption_info is None:
            raise AdapterError("The session key was not wrapped.")
        request = OpenOnlineSessionRequest(encryption=key.encryption_info, form_code=_FORM)
        opened = self._authorized(lambda token: self._client.sessions.open_online_session(request, access_token=token))
        self._keys[opened.reference_number] = key
        return opened.reference_number

    def submit(self, session: str, xml: bytes, *, offline: bool) -> str:
        """See the port."""
        key = self._keys[session]
        request = build_send_invoice_request(xml, key.key, key.iv, offline_mode=offline)
        sent = self._authorized(
            lambda token: self._client.sessions.send_online_invoice(session, request, access_token=token), effect=True
        )
        return sent.reference_number

    def close(self, session: str) -> None:
        """See the port."""
        if self._session_code(session) >= 170:
            return
        self._authorized(lambda token: self._client.sessions.close_online_session(session, access_token=token))

    def answer(self, session: str, reference: str) -> Answer:
        """See the port."""
        return _answer(
            self._authorized(
                lambda token: self._client.sessions.get_session_invoice_status(session, reference, access_token=token)
            )
        )

    def find(self, session: str, sha256: str) -> Answer | None:
        """See the port."""
        code = self._session_code(session)
        wanted, page = base64.b64encode(bytes.fromhex(sha256)).decode("ascii"), None
        while True:
            found = self._authorized(
                lambda token, page=page: self._client.sessions.get_session_invoices(  # type: ignore[misc]
                    session, page_size=_PAGE, continuation_token=page, access_token=token
                )
            )
            for invoice in found.invoices:
                if invoice.invoice_hash == wanted:
                    return _answer(invoice)
            page = found.continuation_token
            if not page:
                break
        if code < _FINISHED:
            raise AdapterError(f"The session {session} is still handled by KSeF.")
        return None

    def upo(self, session: str, reference: str) -> bytes:
        """See the port."""
        return self._authorized(
            lambda token: self._client.sessions.get_session_invoice_upo_by_ref(session, reference, access_token=token)
        )

    def upo_by_number(self, session: str, ksef_number: str) -> bytes:
        """See the port."""
        return self._authorized(
            lambda token: self._client.sessions.get_session_invoice_upo_by_ksef(
                session, ksef_number, access_token=token
            )
        )

    def invoice(self, ksef_number: str) -> bytes:
        """See the port."""
        found = self._authorized(lambda token: self._client.invoices.get_invoice_bytes(ksef_number, access_token=token))
        return found.content

    def _session_code(self, session: str) -> int:
        found = self._authorized(lambda token: self._client.sessions.get_session_status(session, access_token=token))
        return found.status.code

    def _authorized(self, call: Callable[[str], _T], *, effect: bool = False) -> _T:
        """A call with an access token; signs in anew once when the token has run out."""
        if self._token is None:
            self._token = self._signed_in()
        try:
            with house_errors(effect=effect):
                return call(self._token)
        except KsefRefused as error:
            if error.permanent:
                raise
        self._token = self._signed_in()
        with house_errors(effect=effect):
            return call(self._token)

    def _signed_in(self) -> str:
        certificate = self._certificate(PublicKeyCertificateUsage.KSEFTOKENENCRYPTION)
        with house_errors():
            return sign_in(self._client.auth, self._credential, self._nip, certificate)

    def _certificate(self, usage: PublicKeyCertificateUsage) -> PublicKeyCertificate:
        """The newest key of the ministry for a use that is valid at the moment."""
        with house_errors():
            known = self._client.security.get_public_key_certificates()
            valid = [
                one
                for one in known
                if usage in one.usage and _moment(one.valid_from) <= self._at <= _moment(one.valid_to)
            ]
        if not valid:
            raise AdapterError(f"KSeF publishes no key for {usage.value} that is valid now.")
        return max(valid, key=lambda one: _moment(one.valid_from))


def _moment(text: str | None) -> dt.datetime:
    """A moment of the API; some have seven digits of a second. Raises ValueError."""
    moment = dt.datetime.fromisoformat(text or "")
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _answer(found: SessionInvoiceStatusResponse) -> Answer:
    """Raises AdapterError for an answer that is not as published."""
    status, reference = found.status, found.reference_number
    with house_errors():
        if reference is None:
            raise KeyError("referenceNumber")
        if status.code == _ACCEPTED and found.ksef_number:
            when = _moment(found.acquisition_date or found.invoicing_date)
            return Answer("accepted", reference, status.code, None, found.ksef_number, when)
    if status.code <= _ACCEPTED:
        return Answer("pending", reference, status.code, status.description)
    reason = "; ".join([status.description, *(status.details or [])])
    if status.code in _INTERRUPTED:
        return Answer("interrupted", reference, status.code, reason)
    first = status.extensions or {} if status.code == _DUPLICATE else {}
    return Answer(
        "rejected",
        reference,
        status.code,
        reason,
        original=first.get("originalKsefNumber"),
        original_session=first.get("originalSessionReferenceNumber"),
    )
