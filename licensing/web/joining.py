"""How a person comes to act for an organisation: find it, enter it, be invited; and switch between several."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from licensing.organisations import actions, invitations, queries
from licensing.organisations.models import Invitation, Organisation
from licensing.organisations.rules import NotAllowed, Role, masked
from licensing.organisations.words import MEANINGS, ROLES, refusal
from licensing.web import intent
from licensing.web.acting import act_for, actor
from licensing.web.organisation import attempt
from licensing.web.organisation_forms import FindForm, NewOrganisationForm
from portal.core.typed import typed_text

FOLDER = "licensing/organisation/"


def _shown(request: HttpRequest, organisation: Organisation | None) -> dict:
    """Return what a stranger may see of a record: its name, where it is, and the end of its tax number."""
    if organisation is None:
        return {}
    return {
        "found": organisation,
        "tax_number": masked(organisation.tax_number),
        "is_own": organisation in request.organisations,
    }


@login_required
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Find one's organisation by any of its names; only if there is none, enter it."""
    form = FindForm(request.GET if "name" in request.GET else None)
    found = queries.suggestion(form.cleaned_data["name"]) if form.is_bound and form.is_valid() else None
    waiting = Invitation.objects.open(timezone.now()).filter(email__in=queries.proven_by(request.user.pk)).select_related("organisation")
    context = {"form": form, "looked": form.is_bound and form.is_valid(), "waiting": waiting, **_shown(request, found)}
    return render(request, FOLDER + "start.html", context)


@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Enter an organisation; whoever enters it owns it. A likely double is shown first."""
    if request.method != "POST":
        form = NewOrganisationForm(initial={"legal_name": request.GET.get("name", "")})
        return render(request, FOLDER + "new.html", {"form": form})
    form = NewOrganisationForm(request.POST, suggested=True)
    if not form.is_valid():
        return render(request, FOLDER + "new.html", {"form": NewOrganisationForm(request.POST)})
    given = form.cleaned_data
    same = queries.same_as(names=[given["legal_name"]], place_id=given["place"], tax_number=given["tax_number"])
    if same is not None and not given["different"]:
        return render(request, FOLDER + "new.html", {"form": form, **_shown(request, same)})
    made = actions.create(form.particulars(), owner=request.user, by=actor(request), now=timezone.now())
    act_for(request, made)
    messages.success(request, _("%(organisation)s is entered, and you are its owner.") % {"organisation": made})
    wanted = intent.intended(request)
    return redirect("apply", wanted.code) if wanted else redirect("organisation")


@require_POST
@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the owners of a record that was suggested to be invited."""
    found = queries.suggestion(typed_text(request, "name"))
    if found is None or str(found.pk) != request.POST.get("organisation"):
        raise Http404
    attempt(request, _("The owners have your letter. They invite you by mail."), actions.ask_to_join, found.pk, request.user)
    return redirect("organisation_start")


@login_required
@never_cache
def switch(request: HttpRequest) -> HttpResponse:
    """Act for another of one's organisations from now on."""
    if request.method != "POST":
        return render(request, FOLDER + "switch.html", {"here": request.GET.get("next", "")})
    wanted = next((one for one in request.organisations if str(one.pk) == request.POST.get("organisation")), None)
    if wanted is None:
        raise Http404
    act_for(request, wanted)
    onward = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return redirect(onward if safe else "desk")


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show the letter's invitation; the person it was sent to accepts it."""
    now = timezone.now()
    try:
        letter = invitations.read(token, now=now)
    except Invitation.DoesNotExist:
        raise Http404 from None
    except NotAllowed as refused:
        return render(request, FOLDER + "invitation.html", {"refusal": refusal(refused)}, status=410)
    if request.method == "POST" and request.user.is_authenticated:
        try:
            organisation = invitations.accept(token, user=request.user, by=actor(request), now=now)
        except NotAllowed as refused:
            return render(request, FOLDER + "invitation.html", {"refusal": refusal(refused)}, status=403)
        act_for(request, organisation)
        messages.success(request, _("You act for %(organisation)s now.") % {"organisation": organisation})
        return redirect("organisation")
    roles = [Role(role) for role in letter.roles]
    context = {
        "letter": letter,
        "roles": [(ROLES[role], MEANINGS[role]) for role in roles],
        "power": invitations.power_of(letter, now=now),
        "is_theirs": request.user.is_authenticated and invitations.is_for(letter, request.user),
    }
    return render(request, FOLDER + "invitation.html", context)
