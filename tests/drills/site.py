"""One installation for a drill: its own PostgreSQL server, books, mail server and CRM, and the product's own commands.

A trigger keeps a journal of every committed state of every action, which is how a drill knows afterwards who held what.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import yaml
from sqlalchemy import Engine, Row, create_engine, text

from adapters.database.access.roles import login_url
from app.installation.clock import now
from app.installation.settings import Settings
from app.installation.system import System
from app.usecases.release import import_shipped
from tests.drills.cluster import Cluster, cluster
from tests.drills.sinks import SECRET, sink
from tests.scenarios.books import Books
from tests.scenarios.player import HERE

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = "books"
_JOURNAL: Final = """
create table drill_journal (
    n bigint generated always as identity primary key, action_id bigint not null, state text not null, owner text,
    epoch int not null, outcome text, at timestamptz not null default clock_timestamp(),
    xid xid8 not null default pg_current_xact_id()
);
create function drill_note() returns trigger language plpgsql security definer set search_path = public as
$$ begin
    insert into drill_journal (action_id, state, owner, epoch, outcome)
    values (new.id, new.state, new.owner, new.epoch, new.outcome);
    return null;
end $$;
create trigger drill_note after update on action for each row
when ((old.state, old.owner, old.epoch) is distinct from (new.state, new.owner, new.epoch))
execute function drill_note();
create index on drill_journal (action_id, n);
create index on drill_journal (owner);
"""


@dataclass(frozen=True, slots=True)
class Site:
    """Everything of one drill. `admin`: the superuser's engine."""

    folder: Path
    cluster: Cluster
    environment: dict[str, str]
    books: Books
    admin: Engine

    @property
    def mails(self) -> Path:
        """What the mail server took."""
        return self.folder / "mails.jsonl"

    @property
    def calls(self) -> Path:
        """What the CRM was told."""
        return self.folder / "calls.jsonl"

    def system(self, clock: Callable[[], datetime] = now) -> System:
        """The installation in this process, for what is no part of the drill; the caller disposes of its engine."""
        return System(Settings.from_environment(self.environment), clock=clock)

    def start(self, *arguments: str, log: str = "", **environment: str) -> subprocess.Popen[bytes]:
        """A command of the product in a process group of its own; what it says goes to a file."""
        with (self.folder / f"{log or arguments[0]}.log").open("ab") as file:
            return subprocess.Popen(
                [sys.executable, "-m", "app", *arguments],
                cwd=ROOT,
                env={**self.environment, **environment},
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    def monitum(self, *arguments: str, expect: Sequence[int] = (0,)) -> str:
        """Run a command to its end; what it printed. Raises RuntimeError for an exit code that was not expected."""
        done = subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            cwd=ROOT,
            env=self.environment,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode not in expect:
            said = (done.stdout + done.stderr)[-2000:]
            raise RuntimeError(f"monitum {' '.join(arguments)} ended with {done.returncode}: {said}")
        return done.stdout

    def status(self) -> Any:
        """What `monitum outbox status` says."""
        return json.loads(self.monitum("outbox", "status", "--json"))

    def write(self) -> None:
        """The books as files."""
        self.books.write(self.folder / SOURCE)

    def rows(self, query: str, **values: Any) -> Sequence[Row[Any]]:
        """Ask the database, as superuser."""
        with self.admin.connect() as connection:
            return connection.execute(text(query), values).all()

    def do(self, statement: str, **values: Any) -> int:
        """Change the database behind the product's back; rows changed."""
        with self.admin.begin() as connection:
            return connection.execute(text(statement), values).rowcount

    def counts(self) -> dict[str, int]:
        """Actions by state."""
        return {row.state: row.number for row in self.rows("select state, count(*) as number from action group by 1")}


@contextmanager
def site(ruleset: str, *, latency: float = 0.0, **company: Any) -> Iterator[Site]:
    """A released installation with empty books under one ruleset; all of it is removed at the end.

    `latency`: most seconds that mail server and CRM wait before and after they have taken something.
    """
    folder = Path(tempfile.mkdtemp(prefix="monitum-drill-"))
    folder.chmod(0o755)  # the server's own user passes through
    try:
        with (
            cluster(folder / "pg") as made,
            sink("mail", folder / "mails.jsonl", latency=latency) as mail,
            sink("crm", folder / "calls.jsonl", latency=latency) as crm,
        ):
            yield from _released(folder, made, mail, crm, ruleset, company)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _released(
    folder: Path, made: Cluster, mail: int, crm: int, ruleset: str, company: Mapping[str, Any]
) -> Iterator[Site]:
    books = folder / SOURCE
    books.mkdir()
    shutil.copy(HERE / "mapping.yaml", books)
    told = yaml.safe_load((HERE / "company.yaml").read_text("utf-8"))
    told |= {"webhook": f"http://127.0.0.1:{crm}/hooks", "webhook_internal": True, **company}
    (books / "company.yaml").write_text(yaml.safe_dump(told), "utf-8")
    (books / "ruleset.yaml").write_text(ruleset, "utf-8")
    environment = os.environ | {
        "MONITUM_HOME": str(folder / "home"),
        "DATABASE_URL": login_url(made.url),
        "MONITUM_ADMIN_DATABASE_URL": made.url,
        "MONITUM_SOURCES": str(books),
        "MONITUM_PROCESSES": "2",
        "MONITUM_WEBHOOK_SECRET": SECRET,
        "SMTP_URL": f"smtp://127.0.0.1:{mail}",
        "NO_COLOR": "1",
    }
    admin = create_engine(made.url, pool_pre_ping=True)
    site = Site(folder, made, environment, Books(), admin)
    system = site.system()
    system.database.prepare()
    import_shipped(system.rules.library, system.rules.shipped)
    system.database.engine.dispose()
    with admin.begin() as connection:
        connection.exec_driver_sql(_JOURNAL)
    try:
        yield site
    finally:
        admin.dispose()
