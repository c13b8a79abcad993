"""monitum explain: why, why not, and what would change it."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from app.commands.decisions.doubts import show as show_doubts
from app.commands.decisions.findings import show as show_findings
from app.commands.output import as_json, as_of_option, print_json, print_table
from app.installation.system import System
from app.usecases.customers import source_of
from app.usecases.evaluate import evaluate_customer
from app.usecases.sync import age_told
from engine.decisions.explanation import evaluation_json


@click.command("explain")
@click.argument("customer")
@click.option("--source", help="The customer's source, where a key exists in several.")
@as_of_option()
@as_json
def command(customer: str, source: str | None, as_of: date | None, json_output: bool) -> None:
    """Explain what is decided for a customer, why nothing else, and when that changes by itself."""
    system = System.from_environment()
    source = source_of(system.books.directory, customer, source)
    made = evaluate_customer(
        system.books.facts,
        system.rules.library,
        system.books.working_day,
        source,
        customer,
        as_of or system.today(),
        explain=True,
    )
    doubts = system.books.facts.doubts(source, customer)
    findings = system.books.mirror.findings([source], customer)
    recipients = system.books.facts.recipients(source, customer)
    answer = evaluation_json(made)
    state = next(state for state in system.books.facts.sources() if state.key == source)
    if json_output:
        more: dict[str, Any] = {
            "doubts": [one.as_json() for one in doubts],
            "findings": [one.as_json() for one in findings],
            "recipients": recipients.as_json(),
            "books": state.age,
        }
        print_json(answer | more)
    else:
        _show(answer)
        click.echo(f"Source {source}: {age_told(state, system.clock())}.")
        click.echo(f"Messages go to: {recipients.told or 'nobody, there is no e-mail address'}.")
        if recipients.bounced:
            click.echo(f"Refused for good by the mail server: {', '.join(recipients.bounced)}.")
        if doubts:
            show_doubts(doubts)
        show_findings(findings)


def _show(answer: dict[str, Any]) -> None:
    click.echo(f"{answer['customer']} as of {answer['as_of']}, ruleset {answer['ruleset']} {answer['version'][:12]}")
    made = [_verdict(verdict) for decision in answer["decisions"] for verdict in decision["verdicts"]]
    others = [_verdict(verdict, failed_only=verdict["outcome"] == "not_matched") for verdict in answer["others"]]
    rows = [*made, *others]
    print_table(("subject", "rule", "action", "outcome", "by / until", "conditions (value seen)"), rows)
    for guard in answer["guards"]:
        kinds = ", ".join(guard["kinds"]) or "everything"
        click.echo(f"Guard {guard['id']}: {guard['effect']}s {kinds}. {guard['because']}")
    click.echo(f"Next change if nothing happens: {answer['next_change'] or 'none within a year'}")
    if answer["reinstate_amount"] is not None:
        click.echo(f"Reinstated by paying: {_value(answer['reinstate_amount'])}")


def _verdict(verdict: dict[str, Any], *, failed_only: bool = False) -> tuple[str, ...]:
    tests = [test for test in verdict["tests"] if not (failed_only and test["passed"])]
    return (
        verdict["key"],
        verdict["rule"],
        verdict["action"]["kind"],
        verdict["outcome"],
        verdict["by"] or verdict["until"] or "",
        "; ".join(map(_test, tests)),
    )


def _test(test: dict[str, Any]) -> str:
    mark = "+" if test["passed"] else "-"
    return f"{mark} {test['fact']} {test['operator']} {_value(test['expected'])} ({_value(test['seen'])})"


def _value(value: Any) -> str:
    """A fact's value as people read it."""
    if isinstance(value, dict):
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return (
        {True: "yes", False: "no", None: "absent"}.get(value, str(value))
        if isinstance(value, bool | None)
        else str(value)
    )
