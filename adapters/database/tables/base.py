"""One metadata with one naming convention, so that migrations name constraints the same everywhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Identity, MetaData, Numeric, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Moment = DateTime(timezone=True)
Amount = Numeric(18, 3)


def identity() -> Column[int]:
    """A surrogate key the database counts."""
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def text(name: str, **options: Any) -> Column[str]:
    """A text column, not null unless told."""
    return Column(name, Text, nullable=options.pop("nullable", False), **options)
