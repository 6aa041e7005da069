"""What somebody set out to apply for before they had an account or an organisation: kept in the session until the application begins."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase

from licensing.offerings.models import LicenceOffering

KEPT = "apply_for"  # the session's key; sign-in, sign-up and the pages of joining read it


def remembering(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Keep which offering a person without account or organisation asked for, before the view sends them to get one."""

    @wraps(view)
    def kept(request: HttpRequest, code: str) -> HttpResponseBase:
        stranger = not request.user.is_authenticated or request.acting is None  # type: ignore[attr-defined]
        if stranger and LicenceOffering.objects.filter(code=code, open=True).exists():
            request.session[KEPT] = code
        return view(request, code)

    return kept


def intended(request: HttpRequest) -> LicenceOffering | None:
    """Return what the person set out to apply for, while it is open."""
    code = request.session.get(KEPT)
    return LicenceOffering.objects.filter(code=code, open=True).first() if code else None


def done(request: HttpRequest) -> None:
    """Forget it: the application has begun."""
    request.session.pop(KEPT, None)
