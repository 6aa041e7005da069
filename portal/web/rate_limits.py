"""Which doors are limited, as one table; everybody behind them is counted by account and by network (design: S48)."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from portal.core import client, limits
from portal.web import errors


class Door(NamedTuple):
    """``account`` is the field that names the account; '' = the signed-in person. ``methods`` None = every method."""

    action: str
    account: str = ""
    methods: frozenset[str] | None = frozenset({"POST"})


DOORS = {
    "account_login": Door("login"),
    "account_signup": Door("register", "email"),
    "account_reset_password": Door("reset", "email"),
    "agreement": Door("sign"),
    "staff_agreement": Door("sign"),
    "organisation_invite": Door("invite"),
    "contact": Door("inquiry", "email"),
    "contact_permission": Door("inquiry", "email"),
    "interest": Door("interest", "email"),
    "verify": Door("verify", methods=None),
    "verify_code": Door("verify", methods=None),
}
API = Door("api", methods=None)


class RateLimits:
    """Count before the view runs; answer 429 with ``Retry-After`` for it and for every ``TooMany`` from below."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        match = request.resolver_match
        door = API if match and match.namespace == "api-v1" else DOORS.get(match.url_name or "") if match else None
        if door is None or (door.methods and request.method not in door.methods):
            return None
        by = {"network": client.network(request)} | _account(request, door)
        try:
            limits.consume(door.action, now=timezone.now(), **{name: who for name, who in by.items() if name in limits.TABLE[door.action]})
        except limits.TooMany as refused:
            return errors.too_many(request, refused)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.too_many(request, exception) if isinstance(exception, limits.TooMany) else None


def _account(request: HttpRequest, door: Door) -> dict[str, str]:
    if door.account:
        return {"account": request.POST.get(door.account, "").strip().lower()}
    return {"account": str(request.user.pk)} if door is not API and request.user.is_authenticated else {}
