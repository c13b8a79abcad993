"""Loops and comparisons of a template are counted, and nothing else changes about it."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import TemplateRuntimeError

from documents.text.sandbox import WordingEnvironment, compile_template, fill
from documents.text.work import Work
from engine.errors import InvalidInput

ROWS = [{"name": str(number)} for number in range(10)]


def _run(source: str, limit: int | None, **data: Any) -> str:
    template = compile_template(WordingEnvironment("pl"), source, "here")
    return fill(template, data if limit is None else Work(limit).given_to(data), "here")


@pytest.mark.parametrize(
    ("source", "steps"),
    [
        ("{% for row in rows %}{% endfor %}", 10 * 1),
        ("{% for row in rows %}{{ row.name }}{% endfor %}", 10 * (1 + 6)),
        ("{% for row in rows %}{{ 2 | days }}{% endfor %}", 10 * (1 + 102)),
        ("{% for row in rows if row %}x{% endfor %}", 10 * (1 + 1 + 2)),
        ("{% if 'abc' == text %}{% endif %}", 4 + 4),
        ("{% if text in rows %}{% endif %}", 4 + 1 + 10 * (1 + 2)),
        ("{% if 1 < 2 < 3 %}{% endif %}", 3),
    ],
)
def test_steps_are_those_of_loops_and_comparisons(source: str, steps: int) -> None:
    said = _run(source, steps, rows=ROWS, text="xyz")
    assert said == _run(source, None, rows=ROWS, text="xyz")
    with pytest.raises(InvalidInput, match="steps"):
        _run(source, steps - 1, rows=ROWS, text="xyz")


def test_a_layout_of_ours_is_not_counted() -> None:
    assert _run("{% for row in rows %}{{ row.name }}{% endfor %}", None, rows=ROWS) == "0123456789"


def test_work_is_taken_once_for_all_templates_of_a_wording() -> None:
    work = Work(25)
    template = compile_template(WordingEnvironment("pl"), "{% for row in rows %}{% endfor %}", "here")
    for _ in range(2):
        assert fill(template, work.given_to({"rows": ROWS}), "here") == ""
    with pytest.raises(InvalidInput, match="steps"):
        fill(template, work.given_to({"rows": ROWS}), "here")


def test_no_more_steps_are_taken_than_there_are() -> None:
    work = Work(2)
    work.take(2)
    with pytest.raises(TemplateRuntimeError, match="more than"):
        work.take(1)
