"""What the workers of a drill have to do, decided by the product's own run on books that are made up.

Only what may happen at any hour of any day is used, so that a drill may be run at night: staff alerts by mail, and
reinstatements, which wait for nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from app.usecases.decide import decide_day
from app.usecases.sync import sync_source
from tests.drills.site import SOURCE, Site

RULESET: Final = """
ruleset: drill.work
title: {pl: Ćwiczenie, en: Drill}
ledger_currency: PLN
jurisdiction: eu
priority: 1
ladder: {stages: []}
rules:
  - id: alert
    for: customer
    when: [overdue_amount: {at_least: 200 PLN}, suspended: no]
    then: [notify: {who: [credit_controller], wording: alert}]
    because: drill
  - id: back
    for: customer
    when: [suspended: yes, actionable_overdue: {at_most: 0}]
    then: [reinstate: {services: all, notify: [account_manager]}]
    because: drill
cases:
  - {name: much, for: customer, given: {overdue_amount: 200 PLN}, expect: [notify: alert]}
  - {name: less, for: customer, given: {overdue_amount: 199.99 PLN}, expect: []}
  - {name: paid, for: customer, given: {suspended: yes, actionable_overdue: 0}, expect: [reinstate]}
"""
#: What the services of the customers in debt were before the drill, as an earlier system left it.
SUSPENDED: Final = f"""
insert into service_state
    (source, customer_key, service_key, desired, version, decided_by, decided_on, confirmed_version)
select '{SOURCE}', customer_key, key, 'suspended', 1, 'takeover', current_date, 1 from service
where source = '{SOURCE}' and recorded_to is null
"""


def fill(site: Site, actions: int) -> int:
    """Sync and decide so much that so many actions are due: two in five are webhooks; how many there are."""
    pairs = actions * 2 // 5
    system = site.system()
    day = system.today()
    site.books.change(in_debt(actions - 2 * pairs, day))
    site.books.change(suspended(pairs))
    site.write()
    sync_source(system.books.mirror, system.records.archive, SOURCE, now=system.clock())
    site.do(SUSPENDED)
    decide_day(system.rules.library, system.runs, SOURCE, day)
    system.database.engine.dispose()
    return int(site.rows("select count(*) from action where state = 'ready'")[0][0])


def in_debt(count: int, day: date) -> dict[str, Any]:
    """Customers of whom the staff hears."""
    due, issued = day - timedelta(days=15), day - timedelta(days=45)
    return {
        "customers": [{"key": f"D{number:05}"} for number in range(count)],
        "items": [
            {
                "key": f"I{number:05}",
                "customer": f"D{number:05}",
                "issued": str(issued),
                "due": str(due),
                "amount": "300.00",
            }
            for number in range(count)
        ],
    }


def suspended(count: int) -> dict[str, Any]:
    """Customers who have paid everything and whose service is still cut."""
    return {
        "customers": [{"key": f"S{number:05}"} for number in range(count)],
        "services": [{"key": f"V{number:05}", "customer": f"S{number:05}"} for number in range(count)],
    }
