"""The company's books: what is truly owed, paid, disputed and held. They know nothing of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

#: Minor units; the amounts of the shipped ruleset's thresholds lie between them.
AMOUNTS = (45_00, 150_00, 900_00, 1_200_00, 4_000_00)


@dataclass(frozen=True, slots=True)
class Item:
    """An open item; amounts in minor units of PLN."""

    key: str
    amount: int
    due: date
    paid: int = 0
    disputed: bool = False

    @property
    def open(self) -> int:
        """Still to be paid."""
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's account. `held`: all of it rests; `credit`: money that settles nothing yet, minor units."""

    key: str
    items: tuple[Item, ...]
    credit: int = 0
    held: bool = False

    def with_item(self, changed: Item) -> Account:
        """The account with one item changed."""
        return replace(self, items=tuple(changed if item.key == changed.key else item for item in self.items))


@dataclass(slots=True)
class Books:
    """Accounts by customer. Each is replaced, never changed, so that a copy of the mapping is a picture of them all."""

    accounts: dict[str, Account] = field(default_factory=dict)

    def picture(self) -> Mapping[str, Account]:
        """The accounts as they are now."""
        return dict(self.accounts)

    def without_payments(self) -> Mapping[str, Account]:
        """What a payment file that came empty makes of them."""
        return {
            key: replace(account, credit=0, items=tuple(replace(item, paid=0) for item in account.items))
            for key, account in self.accounts.items()
        }

    def happen(self, rng: Random, today: date) -> str:
        """Something happens to one customer; says what."""
        key = rng.choice(list(self.accounts))
        account = self.accounts[key]
        name = rng.choice(("pay", "pay", "pay all", "dispute", "hold", "release", "invoice", "credit"))
        self.accounts[key] = _EVENTS[name](account, rng, today)
        return f"{key}: {name}"


def _pay(account: Account, rng: Random, _today: date) -> Account:
    unpaid = [item for item in account.items if item.open]
    if not unpaid:
        return account
    item = rng.choice(unpaid)
    return account.with_item(replace(item, paid=rng.choice((item.amount, item.amount, item.paid + item.open // 2))))


def _pay_all(account: Account, _rng: Random, _today: date) -> Account:
    return replace(account, items=tuple(replace(item, paid=item.amount) for item in account.items))


def _dispute(account: Account, rng: Random, _today: date) -> Account:
    return account.with_item(replace(rng.choice(account.items), disputed=True))


def _hold(account: Account, _rng: Random, _today: date) -> Account:
    return replace(account, held=True)


def _release(account: Account, _rng: Random, _today: date) -> Account:
    items = tuple(replace(item, disputed=False) for item in account.items)
    return replace(account, held=False, items=items)


def _invoice(account: Account, rng: Random, today: date) -> Account:
    due = today + timedelta(days=rng.randint(-20, 10))
    item = Item(f"{account.key}/{len(account.items) + 1}", rng.choice(AMOUNTS), due)
    return replace(account, items=(*account.items, item))


def _credit(account: Account, rng: Random, _today: date) -> Account:
    return replace(account, credit=account.credit + rng.choice(AMOUNTS))


_EVENTS = {
    "pay": _pay,
    "pay all": _pay_all,
    "dispute": _dispute,
    "hold": _hold,
    "release": _release,
    "invoice": _invoice,
    "credit": _credit,
}
