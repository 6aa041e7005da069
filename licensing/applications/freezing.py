"""What is sent is frozen: the answers that count, the organisation's data of that moment, and the hash of both."""

import hashlib
from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any

from licensing.applications import form, prefill
from licensing.applications.answers import canonical, days_of, form_of
from licensing.applications.models import Application, ApplicationRevision
from licensing.applications.rules import NotAllowed
from licensing.history.actions import Actor


class Incomplete(Exception):
    """Questions without a complete answer; ``missing`` are their keys in the order of the form."""

    def __init__(self, code: str, *, missing: list[str]):
        super().__init__(code)
        self.code, self.missing = code, missing


def freeze(
    application: Application, answers: Mapping[str, Any], *, by: Actor, now: datetime, among: Container[str] | None = None
) -> ApplicationRevision:
    """Keep the next copy of an application, whose row is locked.

    ``among``: the answers that may change now, None = all. What time has made wrong in another one does not stop the copy.
    :raises Incomplete: ``incomplete``. :raises NotAllowed: ``place_closed``.
    """
    asked, given = form_of(application), dict(answers)
    lacking = form.missing(asked, given, on=now.date(), edition=days_of(application))
    if lacking := [key for key in lacking if among is None or key in among]:
        raise Incomplete("incomplete", missing=lacking)
    if closed := application.offering.closed_to.filter(code__in=given["activity_places"]):
        raise NotAllowed("place_closed", places=[str(place) for place in closed])
    frozen, profile = form.shown(asked, given), prefill.profile(application.organisation)
    whole = {"form_version": application.form_version, "answers": frozen, "organisation": profile}
    number = application.revisions.count() + 1
    files = [file["id"] for question in form.questions(asked) if question.type.kind == "file" for file in frozen.get(question.key, ())]
    application.files.filter(pk__in=files, frozen_in=None).update(frozen_in=number)
    return ApplicationRevision.objects.create(
        application=application, number=number, form_version=application.form_version, answers=frozen,
        organisation_data=profile, sha256=hashlib.sha256(canonical(whole).encode()).hexdigest(), submitted_at=now, submitted_by_id=by.person_id,
    )  # fmt: skip
