"""Settings from the environment, read once. Everything has a default that works on a laptop."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from engine.errors import InvalidInput

_ROOT = Path(__file__).parents[2]
#: A checkout keeps everything under its own var/, what is installed elsewhere under var/ where it is started.
_HOME = (_ROOT if (_ROOT / "setup.cfg").exists() else Path()) / "var"
#: The sample companies.
SAMPLES: Final = tuple(_ROOT / "adapters" / "finance" / "csv_folder" / "samples" / name for name in ("polska", "ibm"))
#: Names the database as the role that may migrate it and owns its tables.
ADMINISTRATOR = "MONITUM_ADMIN_DATABASE_URL"


@dataclass(frozen=True, slots=True)
class Settings:
    """`home`: where Monitum keeps keys and the embedded database. `sources`: one folder per
    company with mapping.yaml and company.yaml. `smtp`: host and port of the mail server. `admin_database_url`: the same
    database as its administrator; needed to migrate, not to serve. `ksef_url`: the API of
    KSeF; `ksef_outages`: announced outages (adapters.ksef.offline)."""

    home: Path
    database_url: str | None
    admin_database_url: str | None
    broker_url: str | None
    sources: tuple[Path, ...]
    smtp_url: str
    mail_domain: str
    webhook_secret: str | None
    rates_csv: Path | None
    processes: int
    ksef_url: str | None = None
    ksef_outages: Path | None = None

    def with_samples(self) -> Settings:
        """The same over the sample companies, exported anew under `home`: those of a package are as old as it."""
        folder = self.home / "samples"
        for sample in SAMPLES:
            shutil.copytree(sample, folder / sample.name, copy_function=shutil.copyfile, dirs_exist_ok=True)
        return replace(self, sources=tuple(folder / sample.name for sample in SAMPLES))

    @property
    def keys(self) -> Path:
        """Folder of the archive's keys."""
        return self.home / "keys"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises InvalidInput naming the variable."""
        home = Path(environ.get("MONITUM_HOME", _HOME)).resolve()
        folders = environ.get("MONITUM_SOURCES")
        return cls(
            home=home,
            database_url=_database(environ, "DATABASE_URL"),
            admin_database_url=_database(environ, ADMINISTRATOR),
            broker_url=environ.get("BROKER_URL") or None,
            sources=tuple(Path(name) for name in folders.split(os.pathsep) if name) if folders else SAMPLES,
            smtp_url=_smtp(environ.get("SMTP_URL", "smtp://127.0.0.1:1025")),
            mail_domain=environ.get("MAIL_DOMAIN", "monitum.example"),
            webhook_secret=environ.get("MONITUM_WEBHOOK_SECRET") or None,
            rates_csv=Path(environ["RATES_CSV"]) if environ.get("RATES_CSV") else None,
            processes=_positive(environ.get("MONITUM_PROCESSES", str(os.cpu_count() or 1)), "MONITUM_PROCESSES"),
            ksef_url=_ksef(environ.get("KSEF_URL", "")),
            ksef_outages=Path(environ["KSEF_OUTAGES"]) if environ.get("KSEF_OUTAGES") else None,
        )


def _database(environ: Mapping[str, str], name: str) -> str | None:
    url = environ.get(name)
    if not url:
        return None
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        known = make_url(url).drivername in {"postgresql", "postgres", "postgresql+psycopg"}
    except (ArgumentError, ValueError):
        known = False
    if not known:
        raise InvalidInput(f"{name} names no PostgreSQL; write postgresql://user:password@host/database.", field=name)
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


def _ksef(url: str) -> str | None:
    """The API of KSeF; without TLS only on this machine."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        known = parts.hostname and (parts.scheme == "https" or (parts.scheme, parts.hostname) == ("http", "127.0.0.1"))
    except ValueError:
        known = False
    if not known:
        raise InvalidInput("KSEF_URL names no API of KSeF; write https://api.ksef.mf.gov.pl.", field="KSEF_URL")
    return url


def _positive(text: str, name: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise InvalidInput(f"{name} is '{text}'; write a whole number from 1.", field=name)
    return int(text)
