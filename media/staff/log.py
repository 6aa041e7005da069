"""The download log in the CMS: who took or asked for what, when, under which licence."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from media.kits import queries as kits
from media.ledger import queries
from media.staff import words
from media.staff.forms import LogForm
from media.staff.kits import LOG, head

PAGE = 50


@require_safe
@permission_required(LOG, raise_exception=True)
def log(request: HttpRequest) -> HttpResponse:
    """List downloads and refusals, of files and of whole releases, the latest first, by kit, organisation and verdict; above them what the vault could not give."""
    form = LogForm(request.GET)
    page: Page[Any] = Paginator(queries.Lines(form.search()), PAGE).get_page(request.GET.get("p") or request.GET.get("page"))
    faults = [(fault, words.FAULTS[fault.kind], files) for fault, files in kits.faults(at=timezone.now())]
    rows = [(row, words.verdict(row.verdict)) for row in page]
    context = {"form": form, "page": page, "rows": rows, "faults": faults, **head(_("Download log"))}
    return render(request, "media/staff/log.html", context)
