"""Everything of the first release: the tables as defined, and what defends the archive inside the database.

Until that release the tables are those of adapters/database/tables, whatever they become, so that a column is spelled
once. Its first successor, 0002, freezes them here: `create_all` then gives way to the statements it issues today.
"""

from __future__ import annotations

from typing import Final

from alembic import op

from adapters.database.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: Tables that only ever grow.
_GROWING: Final = (
    "archive_checkpoint",
    "archive_cosignature",
    "archive_entry",
    "archive_leaf",
    "archive_tile",
    "archive_timestamp",
    "document_settlement",
    "erased_content",
    "legal_hold",
    "legal_hold_lift",
)
#: Tables that grow and lose what an erasure says: (table, how they lose it, what stays forbidden).
_KEPT_WHOLE: Final = (("content", "delete", "update"), ("issued_document", "update", "delete"))

# With the owner's rights, and in the owner's schema first: a temporary table of the same name must not catch the rows.
_AS_OWNER: Final = "security definer set search_path = pg_catalog, public, pg_temp"

_REFUSE: Final = """
create function archive_refuse() returns trigger language plpgsql as $$
begin
    raise exception '% on % refused: the archive only grows', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
end $$
"""

_ONLY_ERASED: Final = """
create function archive_only_erased() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'content' then
        if exists (select from public.erased_content where sha256 = old.sha256) then
            return old;
        end if;
    elsif to_jsonb(new) - 'inputs' = to_jsonb(old) - 'inputs' and exists (select from public.archive_entry
            where kind = 'subject:erased' and new.inputs = jsonb_build_object('erased', id)
            and id = (new.inputs ->> 'erased')::bigint) then
        return new;
    end if;
    raise exception '% on % refused: the archive only grows, and loses only what is erased', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
end $$
"""

# The queue of entries without a place is kept by the database alone.
_AWAIT_PLACE: Final = f"""
create function archive_await_place() returns trigger language plpgsql {_AS_OWNER} as $$
begin
    insert into archive_pending select id from appended;
    return null;
end $$
"""

_TAKE_PLACE: Final = f"""
create function archive_take_place() returns trigger language plpgsql {_AS_OWNER} as $$
begin
    delete from archive_pending pending using placed where pending.entry_id = placed.entry_id;
    return null;
end $$
"""

_HELD: Final = f"""
create function archive_held(about text) returns setof bigint stable language sql {_AS_OWNER} as $$
    select hold.id from legal_hold hold
    where (select count(*) from legal_hold_lift where hold_id = hold.id) < 2 and (hold.owner = about
        or hold.scope = 'case' and exists (select from subject_key key
            join archive_entry entry on entry.subject_ref = key.subject_ref
            where key.owner = about and entry.case_ref = hold.reference))
    order by hold.id
$$
"""

# The entry decides what goes: it is about the subject, and only contents that the subject's entries name are gone.
_ERASE: Final = f"""
create function archive_erase(erasing bigint) returns integer language plpgsql {_AS_OWNER} as $$
declare
    told record;
    gone text[];
begin
    select entry.subject_ref, entry.recorded_at, key.owner,
           convert_from(entry.body, 'UTF8')::jsonb -> 'data' -> 'contents' as contents into told
    from archive_entry entry join subject_key key on key.subject_ref = entry.subject_ref
    where entry.id = erasing and entry.kind = 'subject:erased';
    if not found then
        raise exception 'entry % is no erasure', erasing using errcode = 'insufficient_privilege';
    end if;
    if exists (select from archive_held(told.owner)) then
        raise exception 'a legal hold forbids the erasure' using errcode = 'insufficient_privilege';
    end if;
    select array_agg(distinct named.sha256) into gone
    from subject_key key join archive_entry entry on entry.subject_ref = key.subject_ref
    cross join lateral jsonb_object_keys(convert_from(entry.body, 'UTF8')::jsonb -> 'documents') named (sha256)
    where key.owner = told.owner and told.contents ? named.sha256;
    insert into erased_content (sha256, media_type, entry_id)
        select sha256, media_type, erasing from content where sha256 = any(gone) on conflict do nothing;
    delete from content where sha256 = any(gone);
    update issued_document set inputs = jsonb_build_object('erased', erasing)
        where source = split_part(told.owner, ':', 1) and not inputs ? 'erased'
        and customer_key = substr(told.owner, strpos(told.owner, ':') + 1);
    update subject_key set wrapped = null, destroyed_at = told.recorded_at
        where subject_ref = told.subject_ref and wrapped is not null;
    return coalesce(cardinality(gone), 0);
end $$
"""

# adapters/database/facts/open_amount.py says what it means. Every branch stands on a condition that is known before a
# row is read, so the sides that are not asked for cost nothing. Neither strict nor with settings of its own: then it
# could not become part of the query that asks.
_OPEN_AMOUNT: Final = """
create function open_amount(side text, of_source text, of_key text, amount numeric, closed_on date, as_of date,
                            known_at timestamptz)
    returns table (settled numeric, settled_on date, open numeric) stable language sql as $$
    select taken.settled, taken.settled_on, case when closed_on <= as_of then 0 else amount - taken.settled end
    from (
        select coalesce(sum(part.amount), 0) as settled, max(part.allocated_on) as settled_on
        from (
            select a.amount, a.allocated_on, a.recorded_from, a.recorded_to from public.allocation a
            where side = 'debit' and a.source = of_source and a.item_key = of_key
            union all
            select a.amount, a.allocated_on, a.recorded_from, a.recorded_to from public.allocation a
            where side = 'credit' and a.source = of_source and a.credit_item_key = of_key
            union all
            select a.amount, a.allocated_on, a.recorded_from, a.recorded_to from public.allocation a
            where side = 'payment' and a.source = of_source and a.payment_key = of_key
        ) part
        where part.allocated_on <= as_of
          and part.recorded_from <= known_at and (part.recorded_to is null or part.recorded_to > known_at)
    ) taken
$$
"""


def upgrade() -> None:
    """Create the schema. Rights are given by adapters/database/access/roles after every migration."""
    metadata.create_all(op.get_bind())
    for function in (_REFUSE, _ONLY_ERASED, _AWAIT_PLACE, _TAKE_PLACE, _HELD, _ERASE, _OPEN_AMOUNT):
        op.execute(function)
    for table in _GROWING:
        _trigger(table, "only_grows", "before update or delete or truncate", "statement", "archive_refuse")
    for table, losing, forbidden in _KEPT_WHOLE:
        _trigger(table, "only_grows", f"before {forbidden} or truncate", "statement", "archive_refuse")
        _trigger(table, "only_erased", f"before {losing}", "row", "archive_only_erased")
    appended, placed = "referencing new table as appended", "referencing new table as placed"
    _trigger("archive_entry", "awaits_place", "after insert", "statement", "archive_await_place", appended)
    _trigger("archive_leaf", "takes_place", "after insert", "statement", "archive_take_place", placed)


def _trigger(table: str, name: str, event: str, each: str, function: str, referencing: str = "") -> None:
    op.execute(f"create trigger {name} {event} on {table} {referencing} for each {each} execute function {function}()")
    # Always: also when session_replication_role says 'replica'.
    op.execute(f"alter table {table} enable always trigger {name}")
