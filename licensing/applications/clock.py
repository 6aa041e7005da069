"""By when a decision is promised: working days of the licensor, counted only while it is the licensor's turn.

A promise once made is a date on the application (``decision_due_on``); while the applicant is asked something it stands still as the number
of working days that are left (``clock_left``), and becomes a date again when the answer arrives. Days are those of UTC.
"""

from datetime import date, datetime

from django.conf import settings

from licensing.applications.models import Application
from portal.core.working_days import Calendar

WORKING_DAYS = 30  # within which a decision follows, as every offering promises
ANSWER_WITHIN = 10  # working days offered to the applicant, unless staff say otherwise


def calendar() -> Calendar:
    return Calendar(settings.LICENSOR_HOLIDAYS)


def decision_due(submitted_at: datetime) -> date:
    """Return the day by which a decision on what is submitted now is promised, if nothing has to be asked."""
    return calendar().after(submitted_at.date(), WORKING_DAYS)


def start(application: Application, *, now: datetime) -> None:
    application.decision_due_on = decision_due(now)


def stop(application: Application, *, now: datetime) -> None:
    """Stand still; what is late already has nothing left."""
    due = application.decision_due_on
    application.clock_left = calendar().between(now.date(), due) if due else WORKING_DAYS
    application.clock_stopped_at = now


def go_on(application: Application, *, on: date) -> None:
    """Run again from the day on which the answer came."""
    application.decision_due_on = calendar().after(on, application.clock_left or 0)
    reset(application)


def reset(application: Application) -> None:
    """Forget that it stood still."""
    application.clock_stopped_at = application.clock_left = None


def answer_due(now: datetime) -> date:
    """Return the day staff are offered as the applicant's last one."""
    return calendar().after(now.date(), ANSWER_WITHIN)
