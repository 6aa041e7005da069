"""Addresses of gated files, and the links that download tools may follow without a session."""

from datetime import timedelta

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from licensing.organisations.models import Membership
from media.delivery import Asker
from media.kits.models import KitFile, KitRelease
from media.ledger.models import Download
from portal.core import client

TO_START = timedelta(minutes=5)
SALT = "media.link"


def address(release: KitRelease, file: KitFile) -> str:
    """Return the file's own address behind the gate."""
    return reverse("kit_file", args=[release.kit.slug, release.number, file.language, file.name])


def token(download_id: int) -> str:
    return signing.dumps(download_id, salt=SALT)


def read(text: str) -> tuple[int, bool]:
    """Return the download a token names and whether it may still be started.

    :raises BadSignature: not of our making.
    """
    download_id = signing.loads(text, salt=SALT)
    try:
        signing.loads(text, salt=SALT, max_age=TO_START)
    except signing.SignatureExpired:
        return download_id, False
    return download_id, True


def followed(download_id: int, *, name: str, fresh: bool, ranged: bool) -> Download | None:
    """Return the download a link still leads to: within its five minutes, later only ranges of one that has begun."""
    rows = Download.objects.select_related("licence").filter(pk=download_id, file__name=name, verdict="granted", user__is_active=True)
    download = rows.first()
    if download is None or fresh:
        return download
    return download if ranged and download.parts.exists() else None


def asker_of(download: Download, request: HttpRequest) -> Asker:
    """Return the person of a download as they stand now: roles may have ended since."""
    roles = Membership.objects.filter(user=download.user_id, organisation=download.organisation_id, ended_at=None)
    return Asker(
        user_id=download.user_id,
        person=download.person,
        organisation_id=download.organisation_id,
        licensee=download.licensee,
        roles=frozenset(roles.values_list("role", flat=True)),
        ip_prefix=ip_prefix(request),
    )


def ip_prefix(request: HttpRequest) -> str:
    """Return the /24 (or /48) of the client: enough to see sharing, not enough to follow a person."""
    return client.network(request, v4=24, v6=48)
