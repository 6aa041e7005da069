"""How often an act may be tried, as one table, counted by account and by network, in the cache all processes share.

Windows are fixed: they begin at whole multiples of their length, so the answer can say when the next one opens.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

# act -> what it is counted by -> (how often, in how many seconds)
TABLE: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "login": {"network": (60, 60)},
    # Whoever guesses is stopped soon for this account from this network. The limit for the account alone only slows down a guesser with many
    # networks; a device the person has signed in on before is counted by itself, so nobody can lock the right person out.
    "login_failed": {"account_network": (10, 300), "account": (100, 3600), "device": (20, 300), "network": (100, 300)},
    "register": {"account": (5, 3600), "network": (30, 600)},
    "reset": {"account": (3, 900), "network": (30, 600)},
    "step_up": {"account": (10, 300)},
    "mail_code": {"account": (5, 900)},
    "sign": {"account": (20, 300), "network": (200, 300)},
    "invite": {"account": (30, 300), "network": (100, 300)},
    "inquiry": {"account": (10, 3600), "network": (30, 600)},
    "interest": {"account": (10, 86400), "network": (30, 600)},
    "verify": {"account": (120, 60), "network": (120, 60)},
    "api": {"account": (600, 60), "network": (600, 60)},
}


class TooMany(Exception):
    """Somebody tried ``action`` too often; ``retry_after`` is in whole seconds, at least 1."""

    code = "too_often"

    def __init__(self, action: str, *, retry_after: int):
        super().__init__(action)
        self.action, self.retry_after = action, retry_after


def consume(action: str, *, now: datetime, **by: str) -> None:
    """Count one try of ``action`` for each key given, such as ``account=…, network=…``; what each is counted by says ``TABLE``.

    :raises TooMany: one of them is used up; the try counts all the same.
    """
    if not settings.RATE_LIMITS:
        return
    for name, who in by.items():
        amount, seconds = TABLE[action][name]
        if _count(action, name, who, seconds, now) > amount:
            raise TooMany(action, retry_after=seconds - int(now.timestamp()) % seconds)


def give_back(action: str, *, now: datetime, **by: str) -> None:
    """Take back what ``consume`` counted with the same arguments: the try was a right one."""
    if not settings.RATE_LIMITS:
        return
    for name, who in by.items():
        key = _key(action, name, who, TABLE[action][name][1], now)
        if cache.get(key):
            cache.decr(key)


def forget(action: str, *, now: datetime, **by: str) -> None:
    """Begin to count anew."""
    cache.delete_many([_key(action, name, who, TABLE[action][name][1], now) for name, who in by.items()])


def _count(action: str, name: str, who: str, seconds: int, now: datetime) -> int:
    key = _key(action, name, who, seconds, now)
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key)
    except ValueError:  # thrown out of the cache between the two lines
        return 1


def _key(action: str, name: str, who: str, seconds: int, now: datetime) -> str:
    """Return the key of one window; the cache holds no address and no mailbox in clear."""
    return f"limit:{action}:{name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}:{int(now.timestamp()) // seconds}"
