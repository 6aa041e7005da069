"""The organisation a person acts for: its data, its people, and what they may do."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from licensing.history.actions import Stale, latest
from licensing.organisations import actions, chronicle, invitations, powers, queries
from licensing.organisations.rules import Act, NotAllowed, Role, in_order, masked
from licensing.organisations.words import ROLES, refusal
from licensing.web.acting import acting_for, actor
from licensing.web.organisation_forms import EditOrganisationForm, InviteForm, LeaveForm, NameForm, PowerForm, RolesForm

FOLDER = "licensing/organisation/"


def attempt(request: HttpRequest, done: str, act: Callable, *args: object, **facts: object) -> bool:
    """Do one act in the name of who asks; tell what was done, or why not."""
    try:
        act(*args, by=actor(request), now=timezone.now(), **facts)
    except NotAllowed as refused:
        messages.error(request, refusal(refused))
        return False
    except Stale:
        messages.error(request, _("Somebody changed this in the meantime. Look at it again; nothing was done."))
        return False
    messages.success(request, done)
    return True


def _named(roles) -> list[str]:
    return [str(ROLES[Role(role)]) for role in roles]


@acting_for(Act.SEE_DESK)
def organisation(request: HttpRequest) -> HttpResponse:
    """Data, people, open invitations, and what happened."""
    now, acting = timezone.now(), request.acting
    society = acting.organisation
    manages = acting.may(Act.MANAGE_PEOPLE)
    people = queries.people(society, on=now.date())
    open_ones = society.invitations.open(now).order_by("pk") if manages else []
    awaited = society.awaited_powers.open_on(now.date()) if manages else []
    invited = invitations.invited_to_sign(society, now=now) if awaited else set()
    number = society.tax_number if acting.may(Act.APPLY) or acting.may(Act.SEE_MONEY) else masked(society.tax_number)
    context = {
        "organisation": society,
        "roles": _named(in_order(acting.roles)),
        "manages": manages,
        "edits": acting.may(Act.EDIT_ORGANISATION),
        "people": [(person, _named(person.roles)) for person in people],
        "invitations": [(invitation, _named(invitation.roles)) for invitation in open_ones],
        "awaited": [(one, one.email in invited) for one in awaited],
        "tax_number": number,
        "sees_invoices": acting.may(Act.SEE_MONEY) or acting.may(Act.APPLY),
        "letters": dict(settings.LANGUAGES).get(society.language, society.language),
        "names": society.names.exclude(name__in=[society.legal_name, society.register_name, society.short_name]).order_by("name"),
        "history": chronicle.lines(society, limit=12),
    }
    return render(request, FOLDER + "organisation.html", context)


@acting_for(Act.EDIT_ORGANISATION)
def edit(request: HttpRequest) -> HttpResponse:
    """Change what the organisation says of itself."""
    society = request.acting.organisation
    fields = [name for name in EditOrganisationForm.base_fields if name not in ("seen", "place")]
    initial = {name: getattr(society, name) for name in fields} | {"place": society.place_id, "seen": latest(society)}
    form = EditOrganisationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        if attempt(request, _("The data are saved."), actions.edit, society.pk, form.particulars(), seen=seen):
            return redirect("organisation")
    return render(request, FOLDER + "edit.html", {"form": form, "name_form": NameForm(), "organisation": society})


@require_POST
@acting_for(Act.EDIT_ORGANISATION)
def add_name(request: HttpRequest) -> HttpResponse:
    """Add a name the organisation is found by."""
    form = NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Type a name of at most 200 letters."))
        return redirect("organisation_edit")
    attempt(request, _("The name is added."), actions.add_name, request.acting.organisation_id, form.cleaned_data["name"])
    return redirect("organisation_edit")


@acting_for(Act.MANAGE_PEOPLE)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite an address with some roles."""
    roles = [role.value for role in Role if role.value == request.GET.get("role")]
    initial = {"email": request.GET.get("email", ""), "roles": roles, "language": request.acting.organisation.language}
    form = InviteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = _("The invitation to %(email)s is on its way. It ends in 14 days.") % {"email": form.cleaned_data["email"]}
        attempt(request, said, invitations.invite, request.acting.organisation_id, **form.cleaned_data)
        return redirect("organisation")
    return render(request, FOLDER + "invite.html", {"form": form, "organisation": request.acting.organisation})


@require_POST
@acting_for(Act.MANAGE_PEOPLE)
def withdraw(request: HttpRequest, invitation: int) -> HttpResponse:
    """Make an invitation of the organisation worthless."""
    own = request.acting.organisation.invitations.filter(pk=invitation)
    if not own.exists():
        raise Http404
    said = _("The invitation is withdrawn.")
    attempt(request, said, invitations.withdraw, invitation, organisation_id=request.acting.organisation_id)
    return redirect("organisation")


@require_POST
@acting_for(Act.MANAGE_PEOPLE)
def drop_awaited(request: HttpRequest, awaited: int) -> HttpResponse:
    """Give up that somebody named in an application signs."""
    society = request.acting.organisation
    if not society.awaited_powers.filter(pk=awaited).exists():
        raise Http404
    attempt(request, _("The person is not to sign any more."), powers.drop_awaited, society.pk, awaited)
    return redirect("organisation")


def _member(request: HttpRequest, user: int) -> queries.Person:
    found = queries.person(request.acting.organisation, user, on=timezone.now().date())
    if found is None:
        raise Http404
    return found


@acting_for(Act.MANAGE_PEOPLE)
def person(request: HttpRequest, user: int) -> HttpResponse:
    """One member: roles, the power to sign, and the end of the membership."""
    society, member = request.acting.organisation, _member(request, user)
    form = RolesForm(request.POST or None, initial={"roles": [role.value for role in member.roles], "seen": latest(society)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(request, _("The roles are saved."), actions.change_roles, society.pk, user, given["roles"], seen=given["seen"]):
            return redirect("organisation")
        return redirect("organisation_person", user)
    return render(request, FOLDER + "person.html", _person_context(request, member, form, PowerForm(initial=_power(member))))


def _person_context(request: HttpRequest, member: queries.Person, form: RolesForm, power_form: PowerForm) -> dict:
    society = request.acting.organisation
    leave_form = LeaveForm(initial={"seen": latest(society)})
    return {"organisation": society, "member": member, "form": form, "power_form": power_form, "leave_form": leave_form}


def _power(member: queries.Person) -> dict:
    if member.power is None:
        return {"valid_from": timezone.now().date()}
    ends = member.power.valid_to
    power = member.power
    last_day = ends - timedelta(days=1) if ends else None
    return {"office": power.office, "position": power.position, "valid_from": power.valid_from, "last_day": last_day}


@require_POST
@acting_for(Act.MANAGE_PEOPLE)
def power(request: HttpRequest, user: int) -> HttpResponse:
    """Record that a member may sign, or that this ends."""
    society, member = request.acting.organisation, _member(request, user)
    if "end" in request.POST:
        attempt(request, _("The power to sign has ended."), powers.end_power, society.pk, user)
        return redirect("organisation_person", user)
    form = PowerForm(request.POST)
    if not form.is_valid():
        roles = RolesForm(initial={"roles": [role.value for role in member.roles], "seen": latest(society)})
        return render(request, FOLDER + "person.html", _person_context(request, member, roles, form))
    given = dict(form.cleaned_data)
    last_day = given.pop("last_day")
    valid_to = last_day + timedelta(days=1) if last_day else None
    attempt(request, _("The power to sign is saved."), powers.grant_power, society.pk, user, **given, valid_to=valid_to)
    return redirect("organisation_person", user)


@require_POST
@acting_for(Act.MANAGE_PEOPLE)
def remove(request: HttpRequest, user: int) -> HttpResponse:
    """End somebody else's membership."""
    member, form = _member(request, user), LeaveForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else 0
    said = _("%(person)s does not belong to the organization any more.") % {"person": member.user}
    if attempt(request, said, actions.leave, request.acting.organisation_id, user, seen=seen):
        return redirect("organisation")
    return redirect("organisation_person", user)


@acting_for(Act.SEE_DESK)
def leave(request: HttpRequest) -> HttpResponse:
    """End one's own membership."""
    society = request.acting.organisation
    if request.method == "POST":
        said = _("You do not act for %(organisation)s any more.") % {"organisation": society}
        if attempt(request, said, actions.leave, society.pk, request.user.pk):
            return redirect("desk")
        return redirect("organisation_leave")
    owners = [member for member in queries.people(society, on=timezone.now().date()) if Role.OWNER in member.roles]
    last_owner = [owner.user.pk for owner in owners] == [request.user.pk]
    return render(request, FOLDER + "leave.html", {"organisation": society, "last_owner": last_owner})
