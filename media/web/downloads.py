"""The doors of the gate. Anonymous people go to the login for every path, known or not; strangers read the same 404 for both."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from licensing import explain
from licensing.web.acting import Acting
from media import bundles, delivery
from media.delivery import Asker, NoSuchFile, Refused, Wanted
from media.kits import queries
from media.web import links
from media.web.responses import PRIVATE, from_bundle, from_handover
from portal.core.faults import VaultFault
from portal.core.models import FileFault

PLAIN = "text/plain; charset=utf-8"
RETRY = "60"  # seconds


def gate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let signed-in people in; turn what the gate raises into its page."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_login(request)
        try:
            return view(request, *args, **kwargs)
        except NoSuchFile:
            return not_here(request)
        except Refused as refused:
            return refusal(request, refused)
        except VaultFault as fault:
            return unavailable(request, fault)

    return guarded


def asker(request: HttpRequest) -> Asker:
    """Return who asks, as the ledger and the stamp name them."""
    acting: Acting | None = request.acting  # type: ignore[attr-defined]
    return Asker(
        user_id=int(request.user.pk or 0),
        person=str(request.user),
        organisation_id=acting.organisation_id if acting else None,
        licensee=acting.organisation.public_name if acting else "",
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
        if_range=request.headers.get("If-Range"),
    )
    return from_handover(request, handover)


@gate
def bundle(request: HttpRequest, kit: str, release: str) -> HttpResponseBase:
    """Hand over the whole release as one archive: what the asker may have now, and a text that says what is missing."""
    granted = bundles.hand_over(
        kit,
        release,
        by=asker(request),
        at=timezone.now(),
        language=_language(request),
        method=request.method or "GET",
        ranged="Range" in request.headers,
        if_range=request.headers.get("If-Range"),
    )
    return from_bundle(request, granted)


@gate
def checksum(request: HttpRequest, kit: str, release: str, language: str, name: str) -> HttpResponseBase:
    """Answer with the SHA-256 of the copy this person has begun or is about to download, as ``sha256sum --check`` reads it."""
    handover = delivery.hand_over(Wanted(kit, release, language, name), by=asker(request), at=timezone.now(), method="HEAD")
    return HttpResponse(f"{handover.sha256}  {handover.name}\n", content_type=PLAIN, headers=PRIVATE)


@gate
def manifest(request: HttpRequest, kit: str, release: str) -> HttpResponseBase:
    """List what the asker may have now: address, size and hashes as stored before stamping."""
    by, at = asker(request), timezone.now()
    found = queries.release(kit, release)
    if found is None:
        raise NoSuchFile
    items = queries.items(found)
    verdicts = delivery.verdicts_on(found, items, by=by, at=at)
    if delivery.STRANGER in verdicts:
        raise NoSuchFile
    files = [
        {
            "item": item.slug,
            "language": file.language,
            "name": file.name,
            "address": request.build_absolute_uri(links.address(found, file)),
            "content_type": file.content_type,
            "master": {"size": file.size, "sha256": file.sha256, "crc32": f"{file.crc32:08x}"},
            "stamped": file.is_stamped,
        }
        for item, verdict in zip(items, verdicts, strict=True)
        if verdict.granted
        for file in item.files.all()
    ]
    return JsonResponse({"kit": kit, "release": found.number, "released_at": found.released_at, "files": files}, headers=PRIVATE)


@gate
def link(request: HttpRequest, kit: str, release: str, language: str, name: str) -> HttpResponseBase:
    """Answer with an address for a download tool: bound to the person, the file and one download, five minutes to start."""
    handover = delivery.hand_over(Wanted(kit, release, language, name), by=asker(request), at=timezone.now(), method="HEAD")
    address = reverse("kit_link", args=[links.token(handover.download_id), handover.name])
    return HttpResponse(request.build_absolute_uri(address) + "\n", content_type=PLAIN, headers=PRIVATE)


@require_safe
def by_link(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """Hand over without a session. The right is asked again each time; after five minutes only ranges of a begun download go on."""
    try:
        download_id, fresh = links.read(token)
    except signing.BadSignature:
        return nothing(request)
    download = links.followed(download_id, name=name, fresh=fresh, ranged="Range" in request.headers)
    if download is None:
        return not_here(request)
    by, at = links.asker_of(download, request), timezone.now()
    try:
        handover = delivery.hand_over_again(download, by=by, at=at, method=request.method or "GET")
    except NoSuchFile:
        return not_here(request)
    except Refused as refused:
        return HttpResponse(f"{refused.verdict.code}\n", status=403, content_type=PLAIN, headers=PRIVATE)
    try:
        return from_handover(request, handover, by_link=True)
    except VaultFault as fault:
        FileFault.note(fault, now=at)
        return HttpResponse("unavailable\n", status=503, content_type=PLAIN, headers={**PRIVATE, "Retry-After": RETRY})


@require_safe
def nothing(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Every other path below /kits/: login for anonymous people, else the 404 of unknown files."""
    return not_here(request) if request.user.is_authenticated else to_login(request)


def to_login(request: HttpRequest) -> HttpResponseBase:
    response = redirect_to_login(request.get_full_path())
    response.headers["Cache-Control"] = PRIVATE["Cache-Control"]
    return response


def not_here(request: HttpRequest) -> HttpResponse:
    """The 404 of the gate: the same for what is unknown and for what is of no concern to the reader."""
    return _page(request, "404.html", {}, status=404)


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Say why not, and the way out."""
    with translation.override(_language(request)):
        context = {"words": explain.words(refused.verdict), "name": refused.name, "release": refused.release}
        return _page(request, "media/refused.html", context, status=403)


def unavailable(request: HttpRequest, fault: VaultFault) -> HttpResponse:
    """Say that the file cannot be had just now, and leave staff a row about it."""
    FileFault.note(fault, now=timezone.now())
    response = _page(request, "503.html", {"again": request.get_full_path()}, status=503)
    response.headers["Retry-After"] = RETRY
    return response


def _page(request: HttpRequest, template: str, context: dict, *, status: int) -> HttpResponse:
    """Render a page in the person's language: these addresses have no language prefix."""
    language = _language(request)
    request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
    with translation.override(language):
        response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = PRIVATE["Cache-Control"]
    return response


def _language(request: HttpRequest) -> str:
    return getattr(request.user, "language", "") or translation.get_language() or "en"
