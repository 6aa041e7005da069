"""Answers as they stand, and what they are judged by: the form a draft began with, the days of its edition, the places there are."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from i18n.places.models import Place
from licensing.applications import form
from licensing.applications.models import Application
from licensing.applications.questions import Known
from licensing.offerings import queries as offerings
from licensing.offerings.models import LicenceOffering

TICK = timedelta(microseconds=1)


def digest(value: Any) -> str:
    """Return what a page keeps of an answer to tell later whether it changed; '' for none."""
    return "" if value is None else hashlib.sha256(canonical(value).encode()).hexdigest()[:16]


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: keys sorted, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


FILE_FACTS = ("id", "name", "size", "sha256", "content_type")


def answers_of(application: Application) -> dict[str, Any]:
    """Return the answers as they stand; the answer to a question for papers is a list of what they are."""
    answers = dict(application.answers.values_list("key", "value"))
    for key, *facts in application.files.standing().values_list("key", *FILE_FACTS):
        answers.setdefault(key, []).append(dict(zip(FILE_FACTS, facts, strict=True)))
    return answers


def form_of(application: Application) -> form.Form:
    """Return the form of the version the draft began with."""
    return form.steps(application.offering.code, application.form_version)


def days_of(application: Application) -> form.Edition | None:
    """Return the days an event may be held under the edition applied for, in UTC; None without an edition."""
    edition = application.edition
    if edition is None:
        return None
    return form.Edition(first=(edition.embargo_until or edition.ends_at).date(), last=(edition.rights_until - TICK).date())


def known(offering: LicenceOffering, *, now: datetime) -> Known:
    """Return what answers may name today."""
    return Known(
        places=frozenset(Place.objects.values_list("code", flat=True)),
        editions=frozenset(edition.label for edition in offerings.editions(offering, at=now)),
    )
