"""What ``licensing`` may ask of the packs ever released: is this file one of them, and of which release?"""

from media.kits.models import KitFile, KitItem, KitRelease


def known(sha256: str) -> tuple[str, bool] | None:
    """Return the release a file of the logo belongs to, and whether it is the latest one; None for files nobody released."""
    rows = KitFile.objects.filter(uploaded_sha256=sha256).exclude(item__artwork=KitItem.Artwork.NONE)
    rows = rows.exclude(item__release__state=KitRelease.State.DRAFT).select_related("item__release__kit")
    file = rows.order_by("-item__release__major", "-item__release__minor").first()
    if file is None:
        return None
    release = file.item.release
    newer = KitRelease.objects.filter(kit=release.kit_id, edition=release.edition_id, state=KitRelease.State.RELEASED)
    latest = newer.order_by("-major", "-minor").values_list("pk", flat=True).first()
    return f"{release.kit} {release.number}", release.pk == latest
