"""Letters of a review: it was taken up, something is asked, the answers came, it goes on."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from i18n import formats
from i18n.interface import own
from licensing.applications import form
from licensing.applications.answers import form_of
from licensing.applications.models import Application
from licensing.history.models import Event
from licensing.letters import ABOUT_APPLICATION, Letter, application_facts, application_queue_url, staff_who_may
from licensing.letters import LETTERS as APPLICATION_LETTERS
from portal.accounts.models import User


def reviewer(event: Event, row: Application) -> Iterable[User]:
    """Return who has the application, as long as they may decide; everybody who may when nobody has it."""
    deciders = list(staff_who_may("licensing.decide_application")(event, row))
    return [user for user in deciders if user.pk == row.assignee_id] or deciders


def who_had_it(event: Event, row: Application) -> Iterable[User]:
    """Return who has the application; nobody where nobody took it."""
    return [user for user in reviewer(event, row) if user.pk == row.assignee_id]


def questions_url(row: Application) -> str:
    return f"{reverse('application_questions', args=[row.number])}?for={row.organisation_id}"


def asked_facts(event: Event, row: Application, language: str) -> dict[str, Any]:
    """Return each question with the words of the answer it is about and its last day, in the reader's language but for the question itself."""
    labels = {question.key: question.label for question in form.questions(form_of(row))}
    asked = [
        {"about": gettext(labels[one.key]) if one.key else "", "text": one.text, "due": own(formats.day(one.due_on, language), language)}
        for one in row.clarifications.filter(pk__in=event.payload["questions"])
    ]
    return {**application_facts(event, row, language), "asked": asked}


def answered_facts(event: Event, row: Application, language: str) -> dict[str, Any]:
    count = {"replies": len(event.payload["questions"]), "changes": len(event.payload["changed"])}
    return {**application_facts(event, row, language), **count}


TO_STAFF: dict[str, Any] = {"to": reviewer, "url": application_queue_url, "action": _("Open it in the queue"), "staff": True}
ASKED = {**ABOUT_APPLICATION, "url": questions_url, "facts": asked_facts, "action": _("Answer")}
ANSWERED: dict[str, Any] = {"facts": answered_facts}

LETTERS: dict[tuple[str, str], tuple[Letter, ...]] = {
    ("application", "take"): (
        Letter(template="application_take", subject=_("We are reviewing your application %(number)s"), **ABOUT_APPLICATION),
    ),
    ("application", "ask"): (
        Letter(template="application_ask", subject=_("Your turn: we need something for application %(number)s"), **ASKED),
    ),
    ("application", "answer"): (
        Letter(template="application_answer", subject=_("We have received your answers: %(number)s"), **{**ABOUT_APPLICATION, **ANSWERED}),
        Letter(
            template="application_answer_staff",
            subject=_("Answers to your questions: %(number)s of %(organisation)s"),
            **TO_STAFF,
            **ANSWERED,
        ),
    ),
    ("application", "withdraw"): (
        *APPLICATION_LETTERS[("application", "withdraw")],
        Letter(
            template="application_withdraw_staff",
            subject=_("Withdrawn: %(number)s of %(organisation)s"),
            facts=application_facts,
            **{**TO_STAFF, "to": who_had_it},
        ),
    ),
    ("application", "resume"): (Letter(template="application_resume", subject=_("The review goes on: %(number)s"), **ABOUT_APPLICATION),),
}
SILENT = {"save", "file_reply"}  # work in between, of which the one who does it knows
