"""The download log in the CMS: who took or asked for what, when, under which licence."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.staff.queues import page_of
from media.kits import queries as kits
from media.ledger import queries
from media.staff import words
from media.staff.forms import LogForm
from media.staff.kits import LOG, head

PAGE = 50


@require_safe
@permission_required(LOG, raise_exception=True)
def log(request: HttpRequest) -> HttpResponse:
    """List downloads and refusals, of files and of whole releases, the latest first; above them what the vault could not give."""
    form, now = LogForm(request.GET), timezone.now()
    page = page_of(request, queries.Lines(form.search(at=now)), size=PAGE)
    faults = [(fault, words.FAULTS[fault.kind], files) for fault, files in kits.faults(at=now)]
    rows = [(row, words.verdict(row.verdict)) for row in page]
    context = {"form": form, "page": page, "rows": rows, "faults": faults, **head(_("Download log"))}
    return render(request, "media/staff/log.html", context)
