"""For which organisation a person acts: one at a time, named on every page, ended the moment the membership ends."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from licensing.history.actions import Actor
from licensing.organisations.models import Membership, Organisation
from licensing.organisations.rules import Act, may
from portal.accounts import stepup

KEPT = "acting"  # the session's key: the id of the organisation the person chose last
PIN = "for"  # the query's key: mails and forms name the organisation they are about


@dataclass(frozen=True, slots=True)
class Acting:
    """An organisation and what the person is in it now."""

    organisation: Organisation
    roles: frozenset[str]

    def may(self, act: Act) -> bool:
        return may(self.roles, act)

    @property
    def organisation_id(self) -> int:
        return self.organisation.pk

    def __str__(self) -> str:
        return str(self.organisation)


class ActingRequest:
    """What the middleware adds to a request. Asked for only where a page needs it, so public pages stay free of cookies and queries."""

    @cached_property
    def actings(self) -> list[Acting]:
        """Every organisation the person belongs to now, the one joined first in front."""
        user = self.user  # type: ignore[attr-defined]
        if not user.is_authenticated:
            return []
        rows = Membership.objects.filter(user=user, ended_at=None).select_related("organisation__place").order_by("pk")
        roles: dict[Organisation, set[str]] = {}
        for row in rows:
            roles.setdefault(row.organisation, set()).add(row.role)
        return [Acting(organisation, frozenset(held)) for organisation, held in roles.items()]

    @cached_property
    def organisations(self) -> list[Organisation]:
        """The organisations the person belongs to now."""
        return [acting.organisation for acting in self.actings]

    @cached_property
    def acting(self) -> Acting | None:
        """The pinned organisation, else the one chosen last, else the first; None for strangers and people without any."""
        if not self.actings:
            return None
        known = {str(acting.organisation_id): acting for acting in self.actings}
        session = self.session  # type: ignore[attr-defined]
        pinned = known.get(self.GET.get(PIN, ""))  # type: ignore[attr-defined]
        if pinned is not None and session.get(KEPT) != pinned.organisation_id:
            session[KEPT] = pinned.organisation_id
        return pinned or known.get(str(session.get(KEPT, ""))) or self.actings[0]


@lru_cache
def _with_acting(kind: type[HttpRequest]) -> type[HttpRequest]:
    return type(kind.__name__, (ActingRequest, kind), {})


def acting_middleware(get_response):
    """Give every request ``acting``, ``actings`` and ``organisations``; a class, not a lazy object, so that None is None."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.__class__ = _with_acting(type(request))
        return get_response(request)

    return middleware


def act_for(request: HttpRequest, organisation: Organisation) -> None:
    """Let the person act for ``organisation`` from the next request on; whether they may is asked again each time."""
    request.session[KEPT] = organisation.pk


def actor(request: HttpRequest) -> Actor:
    """Return who acts, as the history names them: the signed-in person, for the organisation they act for."""
    acting = request.acting  # type: ignore[attr-defined]
    return Actor(request.user.pk, str(request.user), acting.organisation_id if acting else None, stepup.proof(request))


def acting_for(act: Act) -> Callable:
    """Open a view to people who may do ``act`` for the organisation they act for.

    Strangers go to the login, people without organisation to the start page; who lacks the role reads which one and, if another of
    their organisations gives it, may switch. Answers are never kept by caches.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            response = _refusal(request, act) or view(request, *args, **kwargs)
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, private=True, no_store=True)
            return response

        guarded.act = act  # type: ignore[attr-defined]
        return guarded

    return decorate


def _refusal(request: HttpRequest, act: Act) -> HttpResponseBase | None:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    acting: Acting | None = request.acting  # type: ignore[attr-defined]
    if acting is None:
        return redirect("organisation_start")
    if request.method == "POST" and request.GET.get(PIN, str(acting.organisation_id)) != str(acting.organisation_id):
        raise Http404  # the form is about an organisation the person has left; nothing happens to another one
    if acting.may(act):
        return None
    return refused(request, act)


def refused(request: HttpRequest, act: Act) -> HttpResponseBase:
    """Return the 403 page that names the missing role and offers the organisations where the person has it."""
    acting: Acting = request.acting  # type: ignore[attr-defined]
    others = [other for other in request.actings if other.may(act)]  # type: ignore[attr-defined]
    context = {
        "reason": _("Your roles in %(organisation)s do not allow this.") % {"organisation": acting},
        "act": act,
        "others": others,
        "here": request.get_full_path() if request.method == "GET" else "",
    }
    return render(request, "licensing/organisation/refused.html", context, status=403)
