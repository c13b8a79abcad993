"""Settings from the environment, read once. Everything has a default that works on a laptop."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from engine.errors import InvalidInput

_ROOT = Path(__file__).parent
_SAMPLES = _ROOT / "adapters" / "finance" / "csv_folder" / "samples"


@dataclass(frozen=True, slots=True)
class Settings:
    """`home`: where Monitum keeps keys, the embedded database and the broker's folder. `sources`: one folder per
    company with mapping.yaml and company.yaml. `smtp`: host and port of the mail server."""

    home: Path
    database_url: str | None
    broker_url: str
    sources: tuple[Path, ...]
    smtp_url: str
    mail_domain: str
    webhook_secret: str | None
    rates_csv: Path | None
    processes: int

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises InvalidInput naming the variable."""
        home = Path(environ.get("MONITUM_HOME", _ROOT / "var")).resolve()
        folders = environ.get("MONITUM_SOURCES")
        return cls(
            home=home,
            database_url=_database(environ.get("DATABASE_URL", "")),
            broker_url=environ.get("BROKER_URL") or "filesystem://",
            sources=tuple(Path(name) for name in folders.split(os.pathsep) if name) if folders
            else (_SAMPLES / "polska", _SAMPLES / "ibm"),
            smtp_url=_smtp(environ.get("SMTP_URL", "smtp://127.0.0.1:1025")),
            mail_domain=environ.get("MAIL_DOMAIN", "monitum.example"),
            webhook_secret=environ.get("MONITUM_WEBHOOK_SECRET") or None,
            rates_csv=Path(environ["RATES_CSV"]) if environ.get("RATES_CSV") else None,
            processes=_positive(environ.get("MONITUM_PROCESSES", str(os.cpu_count() or 1)), "MONITUM_PROCESSES"),
        )  # fmt: skip


def _database(url: str) -> str | None:
    if not url:
        return None
    try:
        known = make_url(url).drivername in {"postgresql", "postgres", "postgresql+psycopg"}
    except (ArgumentError, ValueError):
        known = False
    if not known:
        raise InvalidInput(
            "DATABASE_URL names no PostgreSQL; write postgresql://user:password@host/database.", field="DATABASE_URL"
        )
    return url


def _smtp(url: str) -> str:
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0
    except ValueError:  # brackets that do not close, a port that is none
        known = False
    if not known:
        raise InvalidInput(
            "SMTP_URL names no mail server; write smtp://host:port or smtps://user:password@host.", field="SMTP_URL"
        )
    return url


def _positive(text: str, name: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise InvalidInput(f"{name} is '{text}'; write a whole number from 1.", field=name)
    return int(text)
