"""Making, releasing and withdrawing what licensees may download. A release is a draft until it is released for good."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from media.kits.models import Kit, KitFile, KitItem, KitRelease
from media.kits.rules import keeps_marks, release_number

RESERVED = {"dl"}  # /kits/dl/ is where links for download tools lead


class NotReady(Exception):
    """The move is not open.

    ``code``: wrong_state, no_reason, slug_taken, number_taken, number_form, other_offering, no_name, marked_name, not_ready (``missing`` says what).
    """

    def __init__(self, code: str, **facts: Any):
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps a draft from being released; all empty = nothing does.

    ``rights``: codes without an English file; ``items``: slugs without any file; ``unstamped``: names of files that came in before their
    item was to carry the licensee's name; ``empty``: no item at all; ``edition``: it names none, but its offering is licensed by editions.
    """

    rights: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    unstamped: list[str] = field(default_factory=list)
    empty: bool = False
    edition: bool = False

    def __bool__(self) -> bool:
        return bool(self.rights or self.items or self.unstamped or self.empty or self.edition)


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What an item is. ``names`` by language code, English at least; ``right_id`` is one of the kit's offering."""

    names: dict[str, str]
    right_id: int
    audience: str
    embargo_until: datetime | None = None
    stamped: bool = True
    modify: str = KitItem.Modify.NO
    attendees_keep: bool = False
    artwork: str = KitItem.Artwork.NONE
    position: int | None = None
    slug: str = ""


@transaction.atomic
def new_kit(*, slug: str, offering: Any, names: dict[str, str]) -> Kit:
    """Make a kit. :raises NotReady: ``slug_taken`` (or reserved), ``no_name``, ``marked_name``."""
    if slug in RESERVED or Kit.objects.filter(slug=slug).exists():
        raise NotReady("slug_taken", slug=slug)
    return Kit.objects.create(slug=slug, offering=offering, **_by_language("name", names))


@transaction.atomic
def draft_release(
    kit: Kit, number: str, *, edition: Any = None, notes: dict[str, str] | None = None, like: KitRelease | None = None
) -> KitRelease:
    """Open a draft; ``notes`` by language. ``like``: begin with the items and files of that release of the kit.

    :raises NotReady: ``number_form``, ``number_taken``, ``other_offering`` (the edition's or the model's).
    """
    try:
        major, minor = release_number(number)
    except ValueError:
        raise NotReady("number_form") from None
    Kit.objects.select_for_update().get(pk=kit.pk)
    if kit.releases.filter(number=f"{major}.{minor}").exists():
        raise NotReady("number_taken", number=f"{major}.{minor}")
    if (edition is not None and edition.offering_id != kit.offering_id) or (like is not None and like.kit_id != kit.pk):
        raise NotReady("other_offering")
    words = {f"notes_{_suffix(language)}": text for language, text in (notes or {}).items()}
    made = KitRelease.objects.create(kit=kit, number=f"{major}.{minor}", major=major, minor=minor, edition=edition, **words)
    if like is not None:
        _copy(like, made)
    return made


def _copy(source: KitRelease, target: KitRelease) -> None:
    """Repeat items and files; the bytes are the same ones in the vault. An embargo belongs to its edition and is not repeated."""
    for item in source.items.prefetch_related("files"):
        files = list(item.files.all())
        item.pk, item._state.adding, item.release = None, True, target
        if source.edition_id != target.edition_id:
            item.embargo_until = None
        item.save()
        for file in files:
            file.pk, file._state.adding, file.item = None, True, item
            file.save()


@transaction.atomic
def add_item(release_id: int, facts: ItemFacts) -> KitItem:
    """Put an item at the end of a draft. :raises NotReady: ``wrong_state``, ``other_offering`` (the right's), ``no_name``, ``marked_name``."""
    release = _draft(release_id)
    last = release.items.aggregate(last=Max("position"))["last"]
    columns = _columns(release, facts) | {"slug": _free_slug(release, facts)}
    if facts.position is None:
        columns["position"] = 0 if last is None else last + 1
    return KitItem.objects.create(release=release, **columns)


@transaction.atomic
def edit_item(item_id: int, facts: ItemFacts) -> KitItem:
    """Change an item of a draft. :raises NotReady: ``wrong_state``, ``other_offering``, ``no_name``, ``marked_name``."""
    item = KitItem.objects.get(pk=item_id)
    for name, value in _columns(_draft(item.release_id), facts).items():
        setattr(item, name, value)
    item.save()
    return item


@transaction.atomic
def remove_item(item_id: int) -> None:
    """Take an item with its files out of a draft. :raises NotReady: ``wrong_state``."""
    item = KitItem.objects.get(pk=item_id)
    _draft(item.release_id)
    item.files.all().delete()
    item.delete()


@transaction.atomic
def remove_file(file_id: int) -> None:
    """Take a file out of a draft; its bytes stay in the vault, where another row may need them. :raises NotReady: ``wrong_state``."""
    file = KitFile.objects.select_related("item").get(pk=file_id)
    _draft(file.item.release_id)
    file.delete()


def missing(release: KitRelease) -> Missing:
    """Return what keeps ``release`` from being released."""
    files = KitFile.objects.filter(item__release=release)
    offering = release.kit.offering
    return Missing(
        rights=list(offering.rights.exclude(pk__in=files.filter(language="en").values("item__right")).values_list("code", flat=True)),
        items=list(release.items.filter(files=None).values_list("slug", flat=True)),
        unstamped=list(files.filter(item__stamped=True, stamp_slots__isnull=True).values_list("name", flat=True)),
        empty=not release.items.exists(),
        edition=release.edition_id is None and offering.term_years is None,
    )


@transaction.atomic
def release(release_id: int, *, by_id: int | None, now: datetime) -> KitRelease:
    """Release a draft for good: from now on nothing in it changes.

    :raises NotReady: ``wrong_state``, ``not_ready`` with what is ``missing``.
    """
    row = _draft(release_id)
    lacking = missing(row)
    if lacking:
        raise NotReady("not_ready", missing=lacking)
    row.state, row.released_at, row.released_by_id = KitRelease.State.RELEASED, now, by_id
    row.save(update_fields=["state", "released_at", "released_by"])
    return row


@transaction.atomic
def withdraw(release_id: int, *, reason: str, by_id: int | None, now: datetime) -> KitRelease:
    """Take a release back: nobody downloads it any more; what was downloaded stays in the log.

    :raises NotReady: ``wrong_state``, ``no_reason``.
    """
    row = KitRelease.objects.select_for_update().get(pk=release_id)
    if row.state != KitRelease.State.RELEASED:
        raise NotReady("wrong_state", state=row.state)
    if not reason.strip():
        raise NotReady("no_reason")
    row.state, row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_reason = KitRelease.State.WITHDRAWN, now, by_id, reason.strip()[:250]
    row.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return row


def _draft(release_id: int) -> KitRelease:
    """Return the release, held until the transaction ends. :raises NotReady: ``wrong_state``."""
    row = KitRelease.objects.select_for_update(of=("self",)).select_related("kit__offering").get(pk=release_id)
    if row.state != KitRelease.State.DRAFT:
        raise NotReady("wrong_state", state=row.state)
    return row


def _columns(release: KitRelease, facts: ItemFacts) -> dict[str, Any]:
    if not release.kit.offering.rights.filter(pk=facts.right_id).exists():
        raise NotReady("other_offering")
    columns: dict[str, Any] = {
        "right_id": facts.right_id,
        "audience": facts.audience,
        "embargo_until": facts.embargo_until,
        "stamped": facts.stamped,
        "modify": facts.modify,
        "attendees_keep": facts.attendees_keep,
        "artwork": facts.artwork,
    }
    if facts.position is not None:
        columns["position"] = facts.position
    return columns | _by_language("name", facts.names)


def _free_slug(release: KitRelease, facts: ItemFacts) -> str:
    wanted = facts.slug or slugify(facts.names["en"])[:50] or "item"
    taken = set(release.items.values_list("slug", flat=True))
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _by_language(column: str, texts: dict[str, str]) -> dict[str, str]:
    """Return modeltranslation's columns.

    :raises NotReady: ``no_name``: the English one is missing; ``marked_name``: a name with a mark was changed in ``language``.
    """
    if not texts.get("en", "").strip():
        raise NotReady("no_name")
    for language, text in texts.items():
        if text.strip() and not keeps_marks(texts["en"], text):
            raise NotReady("marked_name", language=language)
    return {f"{column}_{_suffix(language)}": text.strip() for language, text in texts.items()}


def _suffix(language: str) -> str:
    return language.replace("-", "_")
