"""Versions of rulesets in the database. It stores texts and dates; what a text means is told by `rules`.

Every change and its archive entry are one transaction; rows of a ruleset are locked while one of them changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, Select, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from adapters.database import locks
from adapters.database.tables import ruleset_version
from adapters.database.transaction import within
from archive.entries.entry import NewEntry
from engine.errors import Conflict, NotFound
from engine.ruleset.versions import RulesetVersion, Status

ArchiveAppend: TypeAlias = Callable[[Connection, Sequence[NewEntry]], object]
#: A pure step of the life of a version: the version and its siblings in, the changed records out, it first.
Step: TypeAlias = Callable[[RulesetVersion, Sequence[RulesetVersion]], Sequence[RulesetVersion]]

_MUTABLE: Final = (
    "status",
    "body",
    "author",
    "editors",
    "edition",
    "guards",
    "version",
    "reason",
    "submitted_by",
    "approver",
    "effective_from",
    "effective_to",
    "approved_at",
)
_table = ruleset_version.c
#: Asked for again and again while they stay the same.
_TEXTS: Final = ("body", "guards")
_BUT_TEXTS: Final = tuple(column for column in _table if column.name not in _TEXTS)


class RulesetStore:
    """The table `ruleset_version`. `append` writes archive entries in the transaction it is given."""

    def __init__(self, engine: Engine, append: ArchiveAppend) -> None:
        self._engine = engine
        self._append = append
        self._texts: dict[tuple[int, str], Mapping[str, str]] = {}

    def create_draft(
        self,
        ruleset: str,
        body: str,
        *,
        actor: str,
        reason: str | None,
        now: datetime,
        connection: Connection | None = None,
    ) -> RulesetVersion:
        """A new draft, numbered after the last version, in the caller's transaction if there is one. Raises Conflict
        when the ruleset has an unfinished one."""
        with within(self._engine, connection) as unit:
            locks.ruleset(ruleset).take(unit)
            last = unit.scalar(select(func.max(_table.number)).where(_table.ruleset == ruleset)) or 0
            draft = RulesetVersion(ruleset, last + 1, "draft", body, actor, (actor,), now, reason=reason)
            values = {name: getattr(draft, name) for name in ("ruleset", "number", "created_at", *_MUTABLE)}
            try:
                with unit.begin_nested():
                    unit.execute(ruleset_version.insert().values(values | {"editors": [actor]}))
            except IntegrityError as error:
                raise Conflict(f"Ruleset '{ruleset}' has a draft or a submitted version already.") from error
            self._archive(unit, "ruleset:drafted", draft, actor, reason, now)
        return draft

    def change(
        self, ruleset: str, number: int, step: Step, *, kind: str, actor: str, reason: str | None, now: datetime
    ) -> RulesetVersion:
        """Take one step of a version's life; `kind` is the archive's name for it.

        Raises NotFound and what `step` does.
        """
        with self._engine.begin() as connection:
            locks.ruleset(ruleset).take(connection)
            rows = connection.execute(_of(ruleset).with_for_update()).mappings()
            records = {row["number"]: _record(row) for row in rows}
            if number not in records:
                raise NotFound("ruleset version", f"{ruleset}/{number}")
            changed = step(records.pop(number), tuple(records.values()))
            for record in changed:
                values = {name: getattr(record, name) for name in _MUTABLE} | {"editors": list(record.editors)}
                connection.execute(
                    update(ruleset_version)
                    .where(_table.ruleset == ruleset, _table.number == record.number)
                    .values(values)
                )
            self._archive(connection, kind, changed[0], actor, reason, now, also=changed[1:])
        return changed[0]

    def get(self, ruleset: str, number: int) -> RulesetVersion:
        """One version. Raises NotFound."""
        with self._engine.begin() as connection:
            row = connection.execute(_of(ruleset).where(_table.number == number)).mappings().first()
        if row is None:
            raise NotFound("ruleset version", f"{ruleset}/{number}")
        return _record(row)

    def versions(self, ruleset: str) -> list[RulesetVersion]:
        """Every version of a ruleset, oldest first. Raises NotFound when there is none."""
        with self._engine.begin() as connection:
            found = [_record(row) for row in connection.execute(_of(ruleset)).mappings()]
        if not found:
            raise NotFound("ruleset", ruleset)
        return found

    def search(
        self,
        *,
        status: Status | None = None,
        effective_on: date | None = None,
        after: tuple[str, int] | None = None,
        limit: int = 100,
    ) -> list[RulesetVersion]:
        """Versions by ruleset and number, at most `limit` of them behind the pair `after`."""
        query = select(ruleset_version).order_by(_table.ruleset, _table.number).limit(limit)
        if status is not None:
            query = query.where(_table.status == status)
        if effective_on is not None:
            query = query.where(_decides_on(effective_on))
        if after is not None:
            query = query.where(
                or_(_table.ruleset > after[0], and_(_table.ruleset == after[0], _table.number > after[1]))
            )
        with self._engine.begin() as connection:
            return [_record(row) for row in connection.execute(query).mappings()]

    def effective(self, day: date) -> Sequence[RulesetVersion]:
        """The versions that decide on a day, by ruleset; also those withdrawn later."""
        query = select(*_BUT_TEXTS).where(_decides_on(day)).order_by(_table.ruleset, _table.number)
        with self._engine.begin() as connection:
            found = connection.execute(query).mappings().all()
            return [_record({**row, **self._texts_of(connection, row["id"], row["version"])}) for row in found]

    def _texts_of(self, connection: Connection, id_: int, version: str) -> Mapping[str, str]:
        """The long texts of a submitted version, read once: they are what its hash says as long as it lives."""
        if (id_, version) not in self._texts:
            query = select(*(_table[name] for name in _TEXTS)).where(_table.id == id_)
            self._texts[id_, version] = dict(connection.execute(query).mappings().one())
        return self._texts[id_, version]

    def with_hash(self, version: str) -> RulesetVersion:
        """The newest version whose content has this hash. Raises NotFound."""
        query = select(ruleset_version).where(_table.version == version).order_by(_table.number.desc()).limit(1)
        with self._engine.begin() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound("ruleset version", version)
        return _record(row)

    def _archive(
        self,
        connection: Connection,
        kind: str,
        version: RulesetVersion,
        actor: str,
        reason: str | None,
        now: datetime,
        also: Sequence[RulesetVersion] = (),
    ) -> None:
        public: dict[str, Any] = {
            "number": version.number,
            "edition": version.edition,
            "body_sha256": sha256(version.body.encode()).hexdigest(),
            "effective_from": _iso(version.effective_from),
            "effective_to": _iso(version.effective_to),
            "others": [{"number": other.number, "effective_to": _iso(other.effective_to)} for other in also],
        }
        self._append(
            connection,
            [
                NewEntry(
                    kind=kind,
                    case=f"ruleset:{version.ruleset}",
                    at=now,
                    actor=actor,
                    role="approver" if kind == "ruleset:approved" else "author",
                    reason=reason or "",
                    ruleset=version.ruleset,
                    version=version.version,
                    public=public,
                )
            ],
        )


def _of(ruleset: str) -> Select[Any]:
    return select(ruleset_version).where(_table.ruleset == ruleset).order_by(_table.number)


def _decides_on(day: date) -> ColumnElement[bool]:
    return and_(_table.effective_from <= day, or_(_table.effective_to.is_(None), _table.effective_to > day))


def _record(row: RowMapping | Mapping[str, Any]) -> RulesetVersion:
    values = {name: value for name, value in row.items() if name != "id"}
    return RulesetVersion(**(values | {"editors": tuple(row["editors"])}))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
