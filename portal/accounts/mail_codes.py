"""Codes sent by mail to confirm one grave act: kept as a hash in the session that asked, good once, for ten minutes, for five tries."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from portal.accounts import mails
from portal.accounts.models import User
from portal.core.text import CROCKFORD

KEPT = "stepup_code"  # the session's key
LASTS = timedelta(minutes=10)
TRIES = 5
SIGNS = 8
_MISREAD = str.maketrans("OIL", "011")


def _hash(user: User, code: str) -> str:
    return salted_hmac("portal.accounts.mail_code", f"{user.pk} {code}", algorithm="sha256").hexdigest()


@transaction.atomic
def send(session: SessionBase, user: User, *, now: datetime) -> None:
    """Send a new code to the person's address; the one before is worthless."""
    signs = "".join(secrets.choice(CROCKFORD) for _ in range(SIGNS))
    session[KEPT] = {"hash": _hash(user, signs), "until": (now + LASTS).isoformat(), "tries": TRIES}
    mails.queue(mails.CONFIRM, user.email, {"code": f"{signs[:4]}-{signs[4:]}"}, user=user, now=now)


def is_waiting(session: SessionBase, *, now: datetime) -> bool:
    """Say whether a code was sent that still works."""
    kept: dict[str, Any] | None = session.get(KEPT)
    return kept is not None and kept["tries"] > 0 and datetime.fromisoformat(kept["until"]) > now


def check(session: SessionBase, user: User, typed: str, *, now: datetime) -> bool:
    """Say whether ``typed`` is the code that was sent, and use it up; case, blanks and hyphens do not matter."""
    if not is_waiting(session, now=now):
        session.pop(KEPT, None)
        return False
    kept = session[KEPT]
    signs = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_MISREAD)
    if constant_time_compare(kept["hash"], _hash(user, signs)):
        del session[KEPT]
        return True
    session[KEPT] = {**kept, "tries": kept["tries"] - 1}
    return False
