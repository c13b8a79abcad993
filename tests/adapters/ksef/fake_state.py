"""What the fake KSeF keeps, and the checks it makes: real keys, real hashes, the official schema, duplicates."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree
from signxml.xades.xades import XAdESVerifier

from documents.einvoice.fa3_schema import read_fa3
from documents.identifiers import crc8
from engine.errors import InvalidInput

_OAEP = rsa_padding.OAEP(rsa_padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
_AUTH = "{http://ksef.mf.gov.pl/auth/token/2.1}"


class Refusal(Exception):
    """An answer of 4xx: HTTP status, code and words of KSeF."""

    def __init__(self, status: int, code: int, words: str, *details: str) -> None:
        super().__init__(words)
        self.status = status
        self.body = {
            "exception": {
                "exceptionDetailList": [
                    {"exceptionCode": code, "exceptionDescription": words, "details": list(details)}
                ],
                "serviceCode": "00-fake",
                "timestamp": "2026-11-24T09:00:00Z",
            }
        }


@cache
def _key(name: str) -> rsa.RSAPrivateKey:
    """One key of a name for all fakes of the process; making one takes a while."""
    del name
    return rsa.generate_private_key(65537, 2048)


@dataclass
class KeyPair:
    """A key of the ministry and its certificate."""

    usage: str
    ended: bool = False

    @property
    def key(self) -> rsa.RSAPrivateKey:
        return _key(f"{self.usage} {self.ended}")

    def certificate(self, first: dt.datetime, last: dt.datetime) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"MF {self.usage}")])
        builder = x509.CertificateBuilder(name, name, self.key.public_key(), 1, first, last)
        return builder.sign(self.key, hashes.SHA256())


@dataclass
class Sent:
    """An invoice in a session, and what became of it."""

    reference: str
    claimed: str
    mode: bool
    code: int = 200
    words: str = "Sukces"
    details: list[str] = field(default_factory=list)
    extensions: dict[str, str] | None = None
    number: str | None = None
    xml: bytes = b""
    looks: int = 0


@dataclass
class Session:
    """An interactive session."""

    nip: str
    key: bytes
    iv: bytes
    code: int = 100
    invoices: list[Sent] = field(default_factory=list)


class State:
    """Everything of one fake. `tokens`: KSeF token -> NIP; `certificates`: PEM -> NIP; `delay`: how often an invoice
    is still under way when it is asked for."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.keys = {usage: KeyPair(usage) for usage in ("KsefTokenEncryption", "SymmetricKeyEncryption")}
        self.tokens: dict[str, str] = {}
        self.certificates: dict[str, str] = {}
        self.delay = 0
        self.challenges: dict[str, int] = {}
        self.operations: dict[str, str] = {}
        self.access: dict[str, str] = {}
        self.sessions: dict[str, Session] = {}
        self.registry: dict[str, tuple[Sent, str]] = {}
        self.unique: dict[tuple[str, str, str], str] = {}
        self.signed_in = 0
        self._count = itertools.count(1)

    def reference(self, kind: str) -> str:
        return f"{self.now:%Y%m%d}-{kind}-{next(self._count):010X}-{0:010X}-00"

    def public_keys(self) -> list[dict[str, Any]]:
        """Of each use: one that has ended and one that is valid."""
        day = dt.timedelta(days=1)
        spans = [(self.now - 800 * day, self.now - 400 * day), (self.now - 10 * day, self.now + 300 * day)]
        listed = []
        for usage, pair in self.keys.items():
            for number, (first, last) in enumerate(spans):
                signer = (
                    pair if number else KeyPair(usage, ended=True)
                )  # what is wrapped with the ended one cannot be opened
                der = signer.certificate(first, last).public_bytes(serialization.Encoding.DER)
                listed.append(
                    {
                        "certificate": base64.b64encode(der).decode(),
                        "certificateId": f"{usage}{number}",
                        "publicKeyId": f"{usage}-{number}",
                        "usage": [usage],
                        "validFrom": first.isoformat(),
                        "validTo": last.isoformat(),
                    }
                )
        return listed

    def challenge(self) -> dict[str, Any]:
        text, stamp = self.reference("CR"), int(self.now.timestamp() * 1000)
        self.challenges[text] = stamp
        return {"challenge": text, "timestamp": self.now.isoformat(), "timestampMs": stamp, "clientIp": "127.0.0.1"}

    def by_token(self, body: dict[str, Any]) -> dict[str, Any]:
        stamp = self._spent(body["challenge"])
        if body.get("publicKeyId") != "KsefTokenEncryption-1":
            raise Refusal(400, 21470, "Nieznany klucz publiczny.")
        plain = self.keys["KsefTokenEncryption"].key.decrypt(base64.b64decode(body["encryptedToken"]), _OAEP).decode()
        token, _, given = plain.rpartition("|")
        context = body["contextIdentifier"]
        fine = given == str(stamp) and context["type"] == "Nip" and self.tokens.get(token) == context["value"]
        return self._begun(context["value"] if fine else "")

    def by_signature(self, xml: bytes) -> dict[str, Any]:
        """XAdES with a certificate that is known."""
        root = etree.fromstring(xml)
        found = root.findtext(".//{http://www.w3.org/2000/09/xmldsig#}X509Certificate") or ""
        pem = f"-----BEGIN CERTIFICATE-----\n{''.join(found.split())}\n-----END CERTIFICATE-----"
        certificate = x509.load_pem_x509_certificate(pem.encode())
        known = certificate.public_bytes(serialization.Encoding.PEM).decode()
        results = XAdESVerifier().verify(xml, x509_cert=certificate)
        signed = results[0].signed_xml
        self._spent(signed.findtext(f"{_AUTH}Challenge"))
        nip = signed.findtext(f"{_AUTH}ContextIdentifier/{_AUTH}Nip")
        return self._begun(nip if self.certificates.get(known) == nip else "")

    def _spent(self, challenge: str) -> int:
        stamp = self.challenges.pop(challenge, None)
        if stamp is None:
            raise Refusal(400, 21111, "Nieprawidłowe wyzwanie autoryzacyjne.")
        return stamp

    def _begun(self, nip: str) -> dict[str, Any]:
        reference = self.reference("AU")
        self.operations[reference] = nip
        return {
            "referenceNumber": reference,
            "authenticationToken": {"token": f"op:{reference}", "validUntil": "2026-11-24T10:00:00Z"},
        }

    def operation(self, reference: str) -> dict[str, Any]:
        fine = bool(self.operations[reference])
        status = (
            {"code": 200, "description": "Uwierzytelnianie zakończone sukcesem"}
            if fine
            else {"code": 450, "description": "Uwierzytelnianie zakończone niepowodzeniem", "details": ["Błędny token"]}
        )
        return {
            "startDate": self.now.isoformat(),
            "authenticationMethod": "Token",
            "status": status,
            "authenticationMethodInfo": {"category": "Token", "code": "token", "displayName": "Token"},
        }

    def redeem(self, token: str) -> dict[str, Any]:
        nip = self.operations.pop(token.removeprefix("op:"))
        access = self.reference("AT")
        self.access[access] = nip
        self.signed_in += 1
        until = "2026-11-24T10:00:00Z"
        return {
            "accessToken": {"token": access, "validUntil": until},
            "refreshToken": {"token": f"r{access}", "validUntil": until},
        }

    def open(self, nip: str, body: dict[str, Any]) -> dict[str, Any]:
        form = body["formCode"]
        if (form["systemCode"], form["schemaVersion"], form["value"]) != ("FA (3)", "1-0E", "FA"):
            raise Refusal(400, 21405, "Błąd walidacji danych wejściowych.", "formCode")
        wrapped = body["encryption"]
        key = self.keys["SymmetricKeyEncryption"].key.decrypt(base64.b64decode(wrapped["encryptedSymmetricKey"]), _OAEP)
        reference = self.reference("SO")
        self.sessions[reference] = Session(nip, key, base64.b64decode(wrapped["initializationVector"]))
        return {"referenceNumber": reference, "validUntil": "2026-11-24T21:00:00Z"}

    def session(self, nip: str, reference: str) -> Session:
        found = self.sessions.get(reference)
        if found is None or found.nip != nip:
            raise Refusal(400, 21173, "Brak sesji o wskazanym numerze referencyjnym.", reference)
        return found

    def close(self, nip: str, reference: str) -> None:
        session = self.session(nip, reference)
        if session.code != 100:
            raise Refusal(400, 21180, "Status sesji uniemożliwia wykonanie operacji.")
        session.code = 200 if session.invoices else 440

    def take(self, nip: str, reference: str, body: dict[str, Any]) -> dict[str, Any]:
        """Take an invoice in; everything but the hash of what was encrypted is looked at afterwards."""
        session = self.session(nip, reference)
        if session.code != 100:
            raise Refusal(400, 21180, "Status sesji uniemożliwia wykonanie operacji.")
        content = base64.b64decode(body["encryptedInvoiceContent"])
        if body["encryptedInvoiceHash"] != _hash(content) or body["encryptedInvoiceSize"] != len(content):
            raise Refusal(400, 21405, "Błąd walidacji danych wejściowych.", "encryptedInvoiceHash")
        sent = Sent(self.reference("EE"), body["invoiceHash"], bool(body.get("offlineMode")))
        session.invoices.append(sent)
        self._process(session, reference, sent, content, body["invoiceSize"])
        return {"referenceNumber": sent.reference}

    def _process(self, session: Session, reference: str, sent: Sent, content: bytes, size: int) -> None:
        cipher = Cipher(algorithms.AES(session.key), modes.CBC(session.iv)).decryptor()
        unpadder = padding.PKCS7(128).unpadder()
        try:
            sent.xml = unpadder.update(cipher.update(content) + cipher.finalize()) + unpadder.finalize()
        except ValueError:
            sent.code, sent.words = 435, "Błąd odszyfrowania pliku"
            return
        if _hash(sent.xml) != sent.claimed or len(sent.xml) != size:
            sent.code, sent.words = 430, "Błąd weryfikacji pliku faktury"
            return
        try:
            root = read_fa3(sent.xml)
        except InvalidInput as error:
            sent.code, sent.words = 450, "Błąd weryfikacji semantyki dokumentu faktury"
            sent.details = [str(error)]
            return
        self._number(session, reference, sent, root)

    def _number(self, session: Session, reference: str, sent: Sent, root: Any) -> None:
        seller = root.findtext("{*}Podmiot1/{*}DaneIdentyfikacyjne/{*}NIP")
        same = (seller, root.findtext("{*}Fa/{*}RodzajFaktury"), root.findtext("{*}Fa/{*}P_2"))
        issued = root.findtext("{*}Fa/{*}P_1")
        if seller != session.nip:
            sent.code, sent.words = 410, "Nieprawidłowy zakres uprawnień"
        elif issued > f"{self.now:%Y-%m-%d}":
            sent.code, sent.words = 450, "Błąd weryfikacji semantyki dokumentu faktury"
            sent.details = [f"Element 'P_1' is invalid: {issued} lies in the future."]
        elif same in self.unique:
            first, where = self.registry[self.unique[same]]
            sent.code, sent.words = 440, "Duplikat faktury"
            sent.details = [f"Duplikat faktury. Faktura o numerze KSeF: {first.number} została już przesłana."]
            sent.extensions = {"originalKsefNumber": str(first.number), "originalSessionReferenceNumber": where}
        else:
            body = f"{seller}-{self.now:%Y%m%d}-{next(self._count):012X}"
            sent.number = f"{body}-{crc8(body[:32].encode()):02X}"
            self.unique[same] = sent.number
            self.registry[sent.number] = (sent, reference)


def _hash(data: bytes) -> str:
    return base64.b64encode(sha256(data).digest()).decode()
