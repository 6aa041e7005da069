"""The doors of the gate. Anonymous people go to the login for every path, known or not; strangers read the same 404 for both."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from licensing import explain
from licensing.web.acting import Acting
from media import delivery
from media.delivery import Asker, NoSuchFile, Refused, Wanted
from media.kits import queries
from media.ledger.models import Download
from media.web import links
from media.web.responses import from_handover

PRIVATE = {"Cache-Control": "private, no-store"}


def gate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let signed-in people in; turn what the gate raises into its page."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            return view(request, *args, **kwargs)
        except NoSuchFile:
            raise Http404 from None
        except Refused as refused:
            return refusal(request, refused)

    return guarded


def asker(request: HttpRequest) -> Asker:
    """Return who asks, as the ledger and the stamp name them."""
    acting: Acting | None = request.acting  # type: ignore[attr-defined]
    return Asker(
        user_id=request.user.pk,
        person=str(request.user),
        organisation_id=acting.organisation_id if acting else None,
        licensee=acting.organisation.register_name if acting else "",
        roles=acting.roles if acting else frozenset(),
        ip_prefix=links.ip_prefix(request),
    )


@gate
def hand_over(request: HttpRequest, kit: str, release: str, language: str, name: str) -> HttpResponseBase:
    handover = delivery.hand_over(
        Wanted(kit, release, language, name),
        by=asker(request),
        at=timezone.now(),
        method=request.method or "GET",
        ranged="Range" in request.headers,
    )
    return from_handover(request, handover)


@gate
def checksum(request: HttpRequest, kit: str, release: str, language: str, name: str) -> HttpResponseBase:
    """Answer with the SHA-256 of the copy this person has begun or is about to download, as ``sha256sum --check`` reads it."""
    handover = delivery.hand_over(Wanted(kit, release, language, name), by=asker(request), at=timezone.now(), method="HEAD")
    return HttpResponse(f"{handover.sha256}  {handover.name}\n", content_type="text/plain; charset=utf-8", headers=PRIVATE)


@gate
def manifest(request: HttpRequest, kit: str, release: str) -> HttpResponseBase:
    """List what the asker may have now: address, size and hashes as stored before stamping."""
    by, at = asker(request), timezone.now()
    found = queries.release(kit, release)
    if found is None or by.organisation_id is None or not explain.known_to(by.organisation_id, found.kit.offering_id):
        raise NoSuchFile
    files = [
        {
            "item": file.item.slug,
            "language": file.language,
            "name": file.name,
            "address": request.build_absolute_uri(links.address(file)),
            "content_type": file.content_type,
            "master": {"size": file.size, "sha256": file.sha256, "crc32": f"{file.crc32:08x}"},
            "stamped": file.stamp_slots is not None,
        }
        for file in queries.files(found)
        if delivery.verdict_on(file, by=by, at=at).granted
    ]
    return JsonResponse({"kit": kit, "release": found.number, "released_at": found.released_at, "files": files}, headers=PRIVATE)


@gate
def link(request: HttpRequest, kit: str, release: str, language: str, name: str) -> HttpResponseBase:
    """Answer with an address for a download tool: bound to the person, the file and one download, five minutes to start."""
    by, at = asker(request), timezone.now()
    handover = delivery.hand_over(Wanted(kit, release, language, name), by=by, at=at, method="HEAD")
    address = reverse("kit_link", args=[links.token(handover.download_id), handover.name])
    return HttpResponse(request.build_absolute_uri(address) + "\n", content_type="text/plain; charset=utf-8", headers=PRIVATE)


@require_safe
def by_link(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """Hand over without a session. The right is asked again each time; after five minutes only begun downloads go on."""
    try:
        download_id, fresh = links.read(token)
    except signing.BadSignature:
        raise Http404 from None
    download = Download.objects.select_related("licence", "file").filter(pk=download_id, file__name=name, verdict="granted").first()
    if download is None or not (fresh or download.parts.exists()):
        raise Http404
    by = links.asker_of(download, get_user_model().objects.filter(pk=download.user_id, is_active=True).first(), request)
    if by is None:
        raise Http404
    try:
        return from_handover(request, delivery.hand_over_again(download, by=by, at=timezone.now()))
    except Refused as refused:
        return HttpResponse(f"{refused.verdict.code}\n", status=403, content_type="text/plain", headers=PRIVATE)


@require_safe
def nothing(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Every other path below /kits/: login for anonymous people, else the 404 of unknown files."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise Http404


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Say why not, and the way out."""
    reason = explain.words(refused.verdict)
    context = {"reason": reason, "verdict": refused.verdict, "file": refused.file, "release": refused.file.item.release}
    response = render(request, "media/refused.html", context, status=403)
    response.headers.update(PRIVATE)
    return response
