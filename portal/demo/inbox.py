"""Every mail the demonstration sent, for everybody to read: there is no other way to receive one."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.core.models import OutboxMessage, SentMail

A_PAGE = 30


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first, of one recipient or of all."""
    recipient = request.GET.get("to", "").strip()
    mails = SentMail.objects.filter(recipient__iexact=recipient) if recipient else SentMail.objects.all()
    page = Paginator(mails, A_PAGE).get_page(request.GET.get("page"))
    recipients = SentMail.objects.order_by("recipient").values_list("recipient", flat=True).distinct()
    waiting = OutboxMessage.objects.filter(done_at=None, given_up_at=None).count()
    return render(request, "demo/inbox.html", {"page": page, "recipient": recipient, "recipients": recipients, "waiting": waiting})


@require_safe
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "demo/mail.html", {"mail": get_object_or_404(SentMail, pk=pk)})


@require_safe
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the HTML part alone, in a sandbox: mails carry inline styles, our pages never do."""
    found = get_object_or_404(SentMail, pk=pk)
    if not found.html:
        raise Http404
    return HttpResponse(
        found.html,
        headers={
            "Content-Security-Policy": "sandbox allow-top-navigation-by-user-activation allow-popups; "
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'",
            "X-Frame-Options": "SAMEORIGIN",
        },
    )
