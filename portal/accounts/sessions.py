"""How long a session lasts, when its key changes, and how all sessions of a person end (design: S50).

Staff work alone at the money and the licences, so their sessions are short (NIST 800-63B-4, AAL2); everybody else's last for a fortnight.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext

from portal.accounts.models import User

IDLE = {True: timedelta(hours=1), False: timedelta(days=1)}  # staff, everybody else: without a request
WHOLE = {True: timedelta(hours=24), False: timedelta(days=14)}  # since signing in
NOTED_EVERY = timedelta(minutes=5)  # a session is not written at each request
KEPT = "lasts"  # the session's key


def begin(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Note when the session began, for whom, and by which rights."""
    request.session[KEPT] = {"began": now.isoformat(), "seen": now.isoformat(), "staff": user.is_staff, "rights": user.rights_version}


def is_over(kept: dict[str, Any], *, now: datetime) -> bool:
    """Say whether the session has been without a request, or has lasted, for too long."""
    idle, whole = (now - datetime.fromisoformat(kept[key]) for key in ("seen", "began"))
    return idle >= IDLE[kept["staff"]] or whole >= WHOLE[kept["staff"]]


def change_key(request: HttpRequest) -> None:
    """Give the session a new key; the one somebody may have copied is worthless from now on."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def rights_changed(user_ids: Iterable[int]) -> None:
    """Let every session of these people get a new key with its next request: what they may do has changed."""
    User.objects.filter(pk__in=user_ids).update(rights_version=F("rights_version") + 1)


def end_all(user: User) -> None:
    """Sign a person out everywhere, at once."""
    for row in UserSession.objects.filter(user=user):
        row.end()


def watch(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """End sessions that are over, and change the key of those whose person may do other things than before.

    Readers without a session cost nothing; a session is asked for its person only if the view would ask anyway, or it has one.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.session.session_key and request.user.is_authenticated:
            _look(request, request.user, now=timezone.now())
        return get_response(request)

    return middleware


def _look(request: HttpRequest, user: User, *, now: datetime) -> None:
    kept = request.session.get(KEPT)
    if kept is None:
        begin(request, user, now=now)
    elif is_over(kept, now=now):
        logout(request)
        messages.info(request, gettext("You were signed out, because nothing was done for a while. Sign in again to go on."))
    elif kept["rights"] != user.rights_version:
        change_key(request)
        request.session[KEPT] = {**kept, "seen": now.isoformat(), "staff": user.is_staff, "rights": user.rights_version}
    elif now - datetime.fromisoformat(kept["seen"]) >= NOTED_EVERY:
        request.session[KEPT] = {**kept, "seen": now.isoformat()}


def after_login(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    begin(request, user, now=timezone.now())


def after_change_of_factors(sender: Any, request: HttpRequest, **_: Any) -> None:
    change_key(request)
