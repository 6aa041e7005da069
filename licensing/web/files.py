"""Papers on the way in, from any page of the form, and on the way out, as attachments to people of the organisation."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from licensing.applications import filing
from licensing.applications.models import Application, ApplicationFile
from licensing.applications.questions import Question, Wrong
from licensing.applications.rules import NotAllowed
from licensing.organisations.rules import Act
from licensing.web.acting import actor
from licensing.web.applications import of_application, side_of
from portal.core import papers, private_files

MOST_AT_ONCE = 20


def take_in(request: HttpRequest, application: Application, asked: list[Question], *, now: datetime) -> dict[str, list[Wrong]]:
    """Keep every good file that came with a page, and take out the one whose button was pressed; return what is wrong, by question.

    :raises NotAllowed: wrong_state: somebody moved the application on.
    """
    wrong: dict[str, list[Wrong]] = {}
    side, by = side_of(request.acting), actor(request)
    if (pressed := request.POST.get("take_out", "")).isdecimal() and len(pressed) < 12:
        _take_out(application, int(pressed), side=side, by=by, now=now)
    for question in asked:
        if question.type.kind != "file":
            continue
        for file in request.FILES.getlist(question.key)[:MOST_AT_ONCE]:
            name = file.name or ""
            try:
                filing.attach(application.pk, question.key, file.file, name=name, side=side, by=by, now=now)
            except papers.NotAccepted as refused:
                wrong.setdefault(question.key, []).append(Wrong(refused.code, name=papers.safe_stem(name), size=papers.LIMIT_MB))
            except NotAllowed as refused:
                if refused.code == "wrong_state":
                    raise
                wrong.setdefault(question.key, []).append(Wrong("too_many_files", name=papers.safe_stem(name), limit=question.type.high))
    return wrong


def _take_out(application: Application, file_id: int, **who) -> None:
    try:
        filing.detach(application.pk, file_id, **who)
    except NotAllowed as refused:
        if refused.code != "unknown_file":  # taken out already, by a second press or a colleague
            raise


def send(request: HttpRequest, file: ApplicationFile) -> HttpResponseBase:
    """Answer with a paper as an attachment of its own type; whoever calls has found it for a reader who may see it."""
    return private_files.send(request, file.vault_key, sha256=file.sha256, name=file.name, content_type=file.content_type)


@require_safe
@of_application(Act.SEE_APPLICATIONS)
def file(request: HttpRequest, application: Application, pk: int) -> HttpResponseBase:
    """Send a paper to people of the organisation who may read its applications."""
    found = application.files.filter(pk=pk).first()
    if found is None:
        raise Http404
    return send(request, found)
