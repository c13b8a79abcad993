"""Every generated file and what must stand in it. `make docs` writes them; the tests of each hold it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import Mock

from api.app import create_app
from api.ports import Services
from rules.language.json_schema import schema_files
from rules.sentences.catalogue_page import catalogue_page
from rules.versions.lint_page import lint_page
from tests.architecture import map as house
from tests.architecture.imports import ROOT


def generated() -> Mapping[Path, str]:
    """Files by path."""
    return {
        ROOT / "docs" / "facts.md": catalogue_page("en"),
        ROOT / "docs" / "fakty.md": catalogue_page("pl"),
        ROOT / "docs" / "lints.md": lint_page(),
        house.PAGE: house.page(),
        ROOT / "api" / "openapi.json": _openapi(),
        **schema_files(),
    }


def _openapi() -> str:
    document = create_app(Mock(spec=Services)).test_client().get("/v1/openapi.json").json
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
