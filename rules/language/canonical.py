"""The canonical form of a document and the version that names it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical_json(data: Any) -> str:
    """JSON with sorted keys, no spaces and no escapes beyond what JSON needs: equal data, equal text.

    `data` is what yaml_tree reads: dict, list, str, int, bool, None. Comments, layout and the order of keys do not
    count; the order of lists does, for rules are tried in it.
    """
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def version_of(document: Mapping[str, Any], guards: Mapping[str, Any]) -> str:
    """SHA-256 (64 hex digits) over the canonical JSON of a ruleset document together with its guards document."""
    text = canonical_json({"document": document, "guards": guards})
    return hashlib.sha256(text.encode()).hexdigest()
