"""Runs, decisions and actions. The action row is outbox and idempotency record in one."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from adapters.database.tables.base import Moment, identity, metadata, text

run = Table(
    "run",
    metadata,
    identity(),
    text("source"),
    Column("as_of", Date, nullable=False),
    #: Facts recorded later are not seen by this run, also when it is resumed.
    Column("known_at", Moment, nullable=False),
    #: running, done, stopped
    text("status"),
    Column("versions", JSONB, nullable=False),
    #: The policies of the company (engine.law.policy) that it decides by.
    Column("policy", JSONB, nullable=False, server_default="{}"),
    Column("counts", JSONB, nullable=False, server_default="{}"),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    text("failure", nullable=True),
    #: The transactions that had ended when it began (pg_snapshot): what others wrote, it may not have seen.
    text("seen", nullable=True),
    #: adapters.runs.run_inputs: what it decides by besides policy, versions and the customers' own facts.
    Column("premises", JSONB),
    #: The run of the same day that it only adds to: it decides the customers with rows written since.
    Column("base_id", BigInteger, ForeignKey("run.id")),
    CheckConstraint("status in ('running', 'done', 'stopped')", name="status"),
)
Index("uq_run_unfinished", run.c.source, run.c.as_of, unique=True, postgresql_where=sql("status <> 'done'"))

run_batch = Table(
    "run_batch",
    metadata,
    Column("run_id", BigInteger, ForeignKey("run.id"), primary_key=True),
    #: First and last customer key of the batch, both included.
    text("first_key", primary_key=True),
    text("last_key"),
    #: The customers of the batch; null: all from the first to the last.
    Column("keys", ARRAY(Text)),
    Column("done_at", Moment),
    Column("counts", JSONB),
    #: Factors between minor units that it converted by, such as {"EUR PLN": "4.25"}; null where a rate was missing.
    Column("rates", JSONB),
)

decision = Table(
    "decision",
    metadata,
    identity(),
    text("key", unique=True),
    Column("run_id", BigInteger, ForeignKey("run.id"), nullable=False),
    text("source"),
    text("customer_key"),
    text("kind"),
    text("stage", nullable=True),
    Column("rules", ARRAY(Text), nullable=False),
    text("ruleset"),
    text("version"),
    Column("as_of", Date, nullable=False),
    #: The archive entry written in the same transaction.
    Column("entry_id", BigInteger, nullable=False),
)
Index("ix_decision_customer", decision.c.source, decision.c.customer_key)
Index("ix_decision_run", decision.c.run_id)

action = Table(
    "action",
    metadata,
    identity(),
    text("key", unique=True),
    text("decision_key"),
    text("source"),
    text("customer_key"),
    text("kind"),
    #: email, internal, webhook
    text("channel"),
    text("stage", nullable=True),
    Column("as_of", Date, nullable=False),
    Column("params", JSONB, nullable=False),
    text("state"),
    #: 0: reinstatements, ahead of everything; 1: the rest.
    Column("lane", SmallInteger, nullable=False, server_default="1"),
    Column("not_before", Moment),
    Column("lease_until", Moment),
    text("owner", nullable=True),
    #: Fencing: every claim raises it, every later write must name it.
    Column("epoch", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    #: Workers that died with the action in hand before they tried.
    Column("deaths", Integer, nullable=False, server_default="0"),
    #: It may have taken effect outside: it was 'sending' once.
    Column("offered", Boolean, nullable=False, server_default="false"),
    text("message_hash", nullable=True),
    text("outcome", nullable=True),
    #: Business day of the effect: from it the next stage counts its wait.
    Column("done_on", Date),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    text("approved_by", nullable=True),
    #: The second person, where two are needed.
    text("seconded_by", nullable=True),
    CheckConstraint("approved_by <> seconded_by", name="two_people"),
    CheckConstraint(
        "state in ('planned', 'proposed', 'ready', 'claimed', 'sending', 'done', 'failed', 'unknown', 'cancelled', "
        "'held')",
        name="state",
    ),
)
Index("ix_action_due", action.c.lane, action.c.id, postgresql_where=sql("state = 'ready'"))
Index("ix_action_taken", action.c.lease_until, postgresql_where=sql("state in ('claimed', 'sending')"))
Index("ix_action_attention", action.c.id, postgresql_where=sql("state in ('failed', 'unknown', 'held')"))
Index("ix_action_customer", action.c.source, action.c.customer_key)

action_item = Table(
    "action_item",
    metadata,
    Column("action_id", BigInteger, ForeignKey("action.id"), primary_key=True),
    text("item_key", primary_key=True),
    text("source"),
    #: Minor units of the item's currency, as shown in the message; null until it is sent.
    text("currency"),
    Column("open_minor", BigInteger, nullable=False),
)
Index("ix_action_item_item", action_item.c.source, action_item.c.item_key)

service_state = Table(
    "service_state",
    metadata,
    text("source", primary_key=True),
    text("customer_key", primary_key=True),
    text("service_key", primary_key=True),
    #: active, suspended
    text("desired"),
    Column("version", Integer, nullable=False),
    text("decided_by"),
    Column("decided_on", Date, nullable=False),
    Column("confirmed_version", Integer, nullable=False, server_default="0"),
    CheckConstraint("desired in ('active', 'suspended')", name="desired"),
)

#: Targets (a mail server, an endpoint) that failed lately; one that fails again and again rests.
target_rest = Table(
    "target_rest",
    metadata,
    text("target", primary_key=True),
    #: In a row.
    Column("failures", Integer, nullable=False),
    Column("rests_until", Moment),
    text("reason"),
    #: When the first of them happened.
    Column("since", Moment, nullable=False),
)

#: Addresses that the mail server has refused for good, as believed; one ends when a person says to try it again.
bounce = Table(
    "bounce",
    metadata,
    identity(),
    text("source"),
    text("customer_key"),
    text("address"),
    #: What the server said.
    text("said"),
    Column("recorded_from", Moment, nullable=False),
    Column("recorded_to", Moment),
    Index(
        "uq_bounce_current",
        "source",
        "customer_key",
        "address",
        unique=True,
        postgresql_where=sql("recorded_to is null"),
    ),
)

#: What the schedule calls for: one row for each occurrence, whoever notices it first.
occurrence = Table(
    "occurrence",
    metadata,
    #: source:job:local day, and hour where a job has one.
    text("key", primary_key=True),
    text("source"),
    #: sync, run
    text("job"),
    #: Business day and moment that the plan names.
    Column("as_of", Date, nullable=False),
    Column("due_at", Moment, nullable=False),
    #: running, done, failed, missed
    text("state"),
    text("owner"),
    Column("attempts", Integer, nullable=False, server_default="1"),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    text("outcome", nullable=True),
    CheckConstraint("job in ('sync', 'run')", name="job"),
    CheckConstraint("state in ('running', 'done', 'failed', 'missed')", name="state"),
)
Index("ix_occurrence_source", occurrence.c.source, occurrence.c.job, occurrence.c.due_at)

#: A run that would suspend unusually many customers at once: its suspensions wait for two people.
mass_hold = Table(
    "mass_hold",
    metadata,
    Column("run_id", BigInteger, ForeignKey("run.id"), primary_key=True),
    #: Customers it would suspend, and how many a run may without asking.
    Column("suspensions", Integer, nullable=False),
    Column("allowed", Integer, nullable=False),
    Column("held_at", Moment, nullable=False),
)

#: States in which an action has neither happened nor been given up. One that failed is there for a person to look at:
#: to decide it anew every day would only have it refused every day.
PENDING_STATES = ("planned", "proposed", "ready", "claimed", "sending", "unknown", "held", "failed")
