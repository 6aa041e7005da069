"""What keeps an organisation from signing, as its people and staff read it, and the place where it is mended."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from i18n import formats
from i18n.interface import own, sentence
from licensing.organisations.mandate import Obstacle
from licensing.organisations.rules import Role
from portal.accounts.models import User


class Words(NamedTuple):
    """``staff`` is the text for who does not belong to the organisation, where it differs."""

    title: Any
    text: Any
    action: Any
    staff: Any = ""


WORDS: dict[str, Words] = {
    "signs_jointly": Words(
        _("Correct who signs"),
        _("The application says that several people sign jointly; the organization’s data let one person sign alone."),
        _("Correct the data"),
    ),
    "signs_alone": Words(
        _("Correct who signs"),
        _("The application says that one person signs alone; the organization’s data ask for two."),
        _("Correct the data"),
    ),
    "signatory_uninvited": Words(
        _("Invite a signatory: %(name)s"),
        _("%(name)s (%(office)s) is to sign, as your application says, but does not belong to the organization yet."),
        _("Invite"),
        _("%(name)s (%(office)s) is to sign, as the application says, but does not belong to the organization yet."),
    ),
    "signatory_awaited": Words(
        _("Signatory invited: %(name)s"),
        _("%(name)s (%(office)s) gets the power to sign by accepting the invitation sent to %(email)s."),
        _("See the invitation"),
    ),
    "signatory_powerless": Words(
        _("Enter the power to sign: %(name)s"),
        _("%(name)s (%(office)s) is to sign, as your application says, but has no power to sign today."),
        _("Enter the power"),
        _("%(name)s (%(office)s) is to sign, as the application says, but has no power to sign today."),
    ),
    "signatory_over": Words(
        _("Enter the power to sign: %(name)s"),
        _("%(name)s (%(office)s) is to sign, but the power that your application names ended on %(last)s. Enter the one held now."),
        _("Enter the power"),
        _(
            "%(name)s (%(office)s) is to sign, but the power that the application names ended on %(last)s. An owner enters the one held now."
        ),
    ),
    "no_signatory": Words(
        _("Enter the power to sign"), _("Nobody has the power to sign for the organization today."), _("Enter the power")
    ),
    "no_second_signatory": Words(
        _("Invite your second signatory"),
        _("Your organization signs jointly, so a second person needs the power to sign."),
        _("Invite somebody"),
        _("The organization signs jointly, so a second person needs the power to sign."),
    ),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One obstacle in words. ``ours``: the owner can do something about it now; else it waits for the person invited."""

    title: str
    text: str
    action: str
    url: str
    ours: bool
    name: str = ""


def way(obstacle: Obstacle, user: User, *, manages: bool) -> Way:
    """Return the words for an obstacle, and where it is mended; who does not manage people is led to the page of the organisation."""
    words, facts = WORDS[obstacle.code], _readable(obstacle.facts)
    url = _place(obstacle, user) if manages else reverse("organisation")
    ours = obstacle.code != "signatory_awaited"
    return Way(str(words.title) % facts, sentence(str(words.text), **facts), str(words.action), url, ours, facts.get("name", ""))


def for_staff(obstacle: Obstacle) -> str:
    """Return what keeps the organisation from signing, said about it."""
    words = WORDS[obstacle.code]
    return sentence(str(words.staff or words.text), **_readable(obstacle.facts))


def _readable(facts: dict[str, Any]) -> dict[str, Any]:
    language = get_language() or "en"
    return {name: own(formats.day(fact, language), language) if isinstance(fact, date) else fact for name, fact in facts.items()}


def _place(obstacle: Obstacle, user: User) -> str:
    if obstacle.code in ("signs_jointly", "signs_alone"):
        return f"{reverse('organisation_edit')}#id_signing_0"
    if obstacle.code == "signatory_awaited":
        return f"{reverse('organisation')}#awaited"
    if obstacle.code in ("signatory_powerless", "signatory_over", "no_signatory"):
        return f"{reverse('organisation_person', args=[obstacle.facts.get('user', user.pk)])}#power"
    asked = {"role": Role.SIGNATORY.value} | ({"email": obstacle.facts["email"]} if "email" in obstacle.facts else {})
    return f"{reverse('organisation_invite')}?{urlencode(asked)}"
