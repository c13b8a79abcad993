"""The log of a Postfix mail server: what it took, from the line of cleanup to those of the deliveries.

Lines tell the queue id of a message (`cleanup: QUEUEID: message-id=<...>`), that the queue manager accepted it (`qmgr:
QUEUEID: from=<...> ... (queue active)`) and what became of it for each recipient (`smtp: QUEUEID: to=<...>, ...
status=sent|bounced|deferred|expired (...)`), see https://www.postfix.org/DEBUG_README.html.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

from adapters.delivery.evidence import DeliveryEvidence, InDoubt
from engine.errors import AdapterError

#: So long a server may need until all it knows of a message is in the log.
_SETTLED: Final = timedelta(minutes=10)
_LINE: Final = re.compile(
    r"^(?P<stamp>\d{4}-\d\d-\d\dT\S+|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) \S+ postfix[^:]*/(?P<part>[a-z-]+)\[\d+\]: "
    r"(?P<queue>[0-9A-Za-z]+): (?P<rest>.*)$"
)
_MESSAGE_ID: Final = re.compile(r"^message-id=(<[^>]*>)")
_STATUS: Final = re.compile(r"^to=<(?P<to>[^>]*)>.*\bstatus=(?P<status>[a-z]+)")
_STAMP: Final = re.compile(r"^(?:\d{4}-\d\d-\d\dT\S+|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)(?= )")


@dataclass(slots=True)
class _Mail:
    """A message in the log. `statuses`: the newest for each recipient."""

    accepted: bool = False
    statuses: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Read:
    mails: dict[str, list[_Mail]]
    first: datetime | None
    last: datetime | None


class MtaLog:
    """A log file. `zone`: of stamps without one, as syslog writes them (`Mar 12 11:00:01`); RFC 3339 stamps say it."""

    def __init__(self, path: Path, zone: tzinfo) -> None:
        self._path = path
        self._zone = zone

    def look_for(self, messages: Mapping[str, InDoubt], now: datetime) -> Mapping[str, DeliveryEvidence]:
        """What the log tells of the messages. 'absent' needs a log that begins before the sending and goes on ten
        minutes after it. Raises AdapterError when the file cannot be read."""
        read = self._read(messages, now)
        found = {identity: self._judge(one, read) for identity, one in messages.items()}
        return {identity: finding for identity, finding in found.items() if finding is not None}

    def _judge(self, one: InDoubt, read: _Read) -> DeliveryEvidence | None:
        mails = [mail for mail in read.mails.get(one.message_id, []) if mail.accepted or mail.statuses]
        lines = "\n".join(line for mail in mails for line in mail.lines).encode()
        statuses = {status for mail in mails for status in mail.statuses.values()}
        if statuses and not statuses <= {"sent"} and not statuses & {"deferred"}:
            return DeliveryEvidence(
                "refused", lines, "the mail server took the message and could not deliver it to everybody"
            )
        if statuses == {"sent"}:
            return DeliveryEvidence("delivered", lines, "the mail server has delivered the message")
        if mails:
            return None  # taken, and still on its way
        covered = read.first is not None and read.last is not None and read.first < one.at - _SETTLED
        if covered and read.last is not None and read.last > one.at + _SETTLED:
            seen = "\n".join(line for mail in read.mails.get(one.message_id, []) for line in mail.lines)
            span = f"{self._path.name} from {read.first} to {read.last}: the message was not accepted"
            return DeliveryEvidence(
                "absent", f"{span}\n{seen}".strip().encode(), "the mail server never took the message"
            )
        return None

    def _read(self, messages: Mapping[str, InDoubt], now: datetime) -> _Read:
        """One pass: lines of the queue ids that belong to the messages, and the span of the log."""
        read = _Read(defaultdict(list), None, None)
        queues: dict[str, _Mail] = {}
        newest = ""
        for line in self._lines():
            if stamp := _STAMP.match(line):
                newest = stamp[0]
                read.first = read.first or self._moment(newest, now)
            if match := _LINE.match(line):
                self._note(match, messages, queues, read)
        read.last = self._moment(newest, now) if newest else None
        return read

    def _note(
        self, match: re.Match[str], messages: Mapping[str, InDoubt], queues: dict[str, _Mail], read: _Read
    ) -> None:
        queue, rest = match["queue"], match["rest"]
        named = _MESSAGE_ID.match(rest)
        if named:
            queues.pop(queue, None)  # short queue ids are used again
            if named[1] in messages:
                queues[queue] = _Mail()
                read.mails[named[1]].append(queues[queue])
        mail = queues.get(queue)
        if mail is None:
            return
        mail.lines.append(match.string.rstrip("\n"))
        if match["part"] == "qmgr" and "queue active" in rest:
            mail.accepted = True
        if status := _STATUS.match(rest):
            mail.statuses[status["to"]] = status["status"]

    def _lines(self) -> Iterator[str]:
        try:
            with self._path.open(encoding="utf-8", errors="replace") as file:
                yield from file
        except OSError as error:
            raise AdapterError(f"The mail server's log {self._path} cannot be read: {error.strerror}.") from error

    def _moment(self, stamp: str, now: datetime) -> datetime | None:
        """A stamp as a moment; syslog leaves the year out: it is the newest that is not in the future."""
        if stamp[0].isdigit():
            try:
                moment = datetime.fromisoformat(stamp)
            except ValueError:
                return None
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=self._zone).astimezone(UTC)
        for year in (now.astimezone(self._zone).year, now.astimezone(self._zone).year - 1):
            try:
                moment = datetime.strptime(f"{year} {stamp}", "%Y %b %d %H:%M:%S").replace(tzinfo=self._zone)
            except ValueError:  # 29 February of another year
                continue
            if moment <= now + timedelta(days=1):
                return moment.astimezone(UTC)
        return None
