from __future__ import annotations

from typing import Any

import pytest

from documents.text.sandbox import WordingEnvironment, compile_template, fill
from engine.errors import InvalidInput


def _run(source: str, /, **data: Any) -> str:
    return fill(compile_template(WordingEnvironment("pl"), source, "here"), data, "here")


@pytest.mark.parametrize(
    "source",
    [
        "{{ name.upper() }}",
        "{{ ''.__class__ }}",
        "{{ name.__class__.__mro__ }}",
        "{{ rows._private }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 10 ** 10 }}",
        "{{ 1 + 1 }}",
        "{% for i in range(9) %}{% endfor %}",
        "{% for a in rows %}{% for b in rows %}{% endfor %}{% endfor %}",
        "{% for a in rows recursive %}{% endfor %}",
        "{% include 'other' %}",
        "{% extends 'other' %}",
        "{% import 'other' as o %}",
        "{% macro m() %}{% endmacro %}",
        "{% filter money %}{% endfilter %}",
        "{% call m() %}{% endcall %}",
        "{% with a = 1 %}{% endwith %}",
        "{% block b %}{% endblock %}",
        "{{ name | upper }}",
        "{{ name | attr('x') }}",
        "{{ name is defined }}",
        "{{ name[1:2] }}",
        "{{ 'a' 'b' if }}",
        "{% autoescape false %}{% endautoescape %}",
    ],
)
def test_what_wording_does_not_need_is_refused_when_read(source: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        compile_template(WordingEnvironment("pl"), source, "here")
    assert caught.value.field == "here"


class _Secret:
    public = "leaked"

    def delete(self) -> str:
        return "deleted"


@pytest.mark.parametrize(
    "source", ["{{ thing.public }}", "{{ thing['public'] }}", "{{ thing.delete }}", "{{ rows.append }}"]
)
def test_attributes_and_methods_cannot_be_reached(source: str) -> None:
    with pytest.raises(InvalidInput):
        _run(source, thing=_Secret(), rows=[])


def test_a_key_named_like_a_method_is_the_key() -> None:
    assert _run("{{ order.items }} {{ order.values }}", order={"items": "two", "values": "three"}) == "two three"


@pytest.mark.parametrize(
    "source", ["{{ nobody }}", "{{ order.nothing }}", "{{ rows[7] }}", "{{ range }}", "{{ cycler }}"]
)
def test_a_missing_field_is_an_error_not_an_empty_place(source: str) -> None:
    with pytest.raises(InvalidInput, match="here"):
        _run(source, order={}, rows=[])


def test_a_filter_on_the_wrong_type_is_an_error() -> None:
    with pytest.raises(InvalidInput):
        _run("{{ name | money }}", name="100")
    with pytest.raises(InvalidInput):
        _run("{{ count | plural(one='a') }}", count=5)


def test_branches_loops_and_filters_work() -> None:
    source = (
        "{% for r in rows %}{% if r.n == 2 or not r.on %}{{ r.n | days }};{% endif %}{% endfor %}{{ rows | count }}"
    )
    rows = [{"n": 1, "on": True}, {"n": 2, "on": True}, {"n": 5, "on": False}]
    assert _run(source, rows=rows).replace("\N{NO-BREAK SPACE}", " ") == "2 dni;5 dni;3"


def test_output_is_bounded_in_bytes() -> None:
    loop = compile_template(WordingEnvironment("pl"), "{% for r in rows %}{{ r }}{% endfor %}", "here")
    assert len(fill(loop, {"rows": ["x" * 100] * 10}, "here", 1000)) == 1000
    for parts in (["x" * 100] * 11, ["ż" * 100] * 6):
        with pytest.raises(InvalidInput, match="longer"):
            fill(loop, {"rows": parts}, "here", 1000)


def test_html_is_escaped_where_asked() -> None:
    template = compile_template(WordingEnvironment("pl", autoescape=True), "{{ name }}", "here")
    assert fill(template, {"name": "<b>&"}, "here") == "&lt;b&gt;&amp;"
