"""monitum doctor: what this installation stands on, and what is wrong with it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import click
from sqlalchemy import text

from adapters.database.access.roles import standing
from adapters.database.connection import schema_version
from adapters.database.erasure.restored import ErasuresForgotten
from adapters.delivery.smtp import SmtpSettings
from app.commands.output import as_json, print_json, print_table
from app.installation.system import System
from engine.errors import MonitumError


@click.command("doctor")
@as_json
def command(json_output: bool) -> None:
    """Say which database, schema, broker, mail server and sources are used and how fresh they are.

    Exit code 1 when something needs attention.
    """
    system = System.from_environment()
    checks = [_run(name, system, check) for name, check in _CHECKS.items()]
    if json_output:
        print_json([{"part": name, "ok": ok, "says": says} for name, ok, says in checks])
    else:
        print_table(("part", "", "says"), [(name, "ok" if ok else "LOOK", says) for name, ok, says in checks])
    if not all(ok for _, ok, _ in checks):
        raise SystemExit(1)


def _run(name: str, system: System, check: Callable[[System], tuple[bool, str]]) -> tuple[str, bool, str]:
    try:
        return (name, *check(system))
    except (MonitumError, OSError) as error:
        return name, False, str(error)


def _python(_system: System) -> tuple[bool, str]:
    version = sys.version_info
    return (3, 11) <= version < (3, 14), f"Python {version.major}.{version.minor}.{version.micro}"


def _database(system: System) -> tuple[bool, str]:
    kind = "given by DATABASE_URL" if system.settings.database_url else "embedded, under " + str(system.settings.home)
    with system.database.reach().connect() as connection:
        version = connection.execute(text("show server_version")).scalar_one()
    return True, f"PostgreSQL {version}, {kind}"


def _schema(system: System) -> tuple[bool, str]:
    current, newest = schema_version(system.engine)
    return current == newest, f"migration {current}" + (
        "" if current == newest else f", newest is {newest}: monitum release"
    )


def _role(system: System) -> tuple[bool, str]:
    role = standing(system.database.reach())
    role.require_application()
    return True, f"{role.name} inserts into the archive and reads it, and owns nothing"


def _rules(system: System) -> tuple[bool, str]:
    rulesets = system.library.effective(system.today())
    if not rulesets:
        return False, "no ruleset is effective today: monitum release, or monitum rules import FILE"
    return True, ", ".join(f"{ruleset.id} {ruleset.version[:8]}" for ruleset in rulesets)


def _broker(system: System) -> tuple[bool, str]:
    url = urlsplit(system.settings.broker_url)
    if url.scheme == "filesystem":
        return True, f"filesystem under {system.settings.home / 'broker'}"
    where = f"{url.scheme}://{url.hostname}:{url.port or 5672}"
    return _answers(url.hostname or "", url.port or 5672), where


def _mail(system: System) -> tuple[bool, str]:
    server = SmtpSettings.of_url(system.settings.smtp_url)
    where = f"{server.host}:{server.port}" + ("" if server.security == "none" else f" ({server.security})")
    if _answers(server.host, server.port):
        return True, where
    return False, f"{where} does not answer: set SMTP_URL, or start a local mailbox with: monitum serve"


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False


def _sources(system: System) -> tuple[bool, str]:
    now = system.clock()
    known = {state.key: state.synced_at for state in system.facts.sources()}
    says, fresh = [], True
    for source in system.books.mirror.sources:
        synced = known.get(source)
        hours = int((now - synced).total_seconds() // 3600) if synced else None
        fresh = fresh and hours is not None and hours <= 36
        says.append(f"{source}: " + ("never synced: monitum sync" if hours is None else f"synced {hours} h ago"))
    return fresh, "; ".join(says)


def _outbox(system: System) -> tuple[bool, str]:
    with system.engine.connect() as connection:
        ready, stuck, oldest = connection.execute(
            text("select count(*) filter (where state = 'ready'), "
                 "count(*) filter (where state in ('failed', 'unknown', 'held')), "
                 "min(created_at) filter (where state = 'ready' and (not_before is null or not_before < now())) "
                 "from action")
        ).one()  # fmt: skip
    age = f", oldest due since {oldest:%Y-%m-%d %H:%M}" if oldest else ""
    return not stuck, f"{ready} ready{age}, {stuck} need a person" + (": monitum outbox status" if stuck else "")


def _archive(system: System) -> tuple[bool, str]:
    with system.engine.connect() as connection:
        entries, leaves = connection.execute(
            text("select (select count(*) from archive_entry), (select count(*) from archive_leaf)")
        ).one()
    return True, f"{leaves} entries in the log, {entries - leaves} to be sequenced"


def _erasures(system: System) -> tuple[bool, str]:
    if forgotten := system.erasures.missing():
        return False, str(ErasuresForgotten(len({line.owner for line in forgotten})))
    due = [row["due_on"] for row in system.erasures.waiting()]
    late = [day for day in due if day is not None and day < system.today()]
    return not late, f"{len(due)} wait for their day" + (f", {len(late)} are late: monitum archive retention --due"
                                                         if late else "")  # fmt: skip


_CHECKS = {
    "python": _python, "database": _database, "schema": _schema, "role": _role, "rulesets": _rules,
    "broker": _broker, "mail": _mail, "sources": _sources, "outbox": _outbox, "archive": _archive,
    "erasures": _erasures,
}  # fmt: skip
