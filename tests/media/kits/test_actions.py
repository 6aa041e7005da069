from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from licensing.offerings.models import OfferingEdition
from media.kits import actions
from media.kits.actions import Missing, NotReady
from media.kits.models import KitFile, KitItem, KitRelease
from tests import build
from tests.clock import NOW
from tests.media import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]


def refused(call, *args, **kwargs) -> NotReady:
    with pytest.raises(NotReady) as caught:
        call(*args, **kwargs)
    return caught.value


def test_a_draft_becomes_a_release_for_good():
    editor = build.user()
    draft = story.draft()
    made = actions.release(draft.pk, by_id=editor.pk, now=NOW)
    assert (made.state, made.released_at, made.released_by) == ("released", NOW, editor)
    assert refused(actions.release, draft.pk, by_id=None, now=NOW).facts == {"state": "released"}


@pytest.mark.check("AC13")
@pytest.mark.parametrize("lacking", list(story.ITEMS))
def test_ac13_a_release_that_lacks_the_item_of_a_right_cannot_go_out(lacking):
    draft = story.draft(items={slug: row for slug, row in story.ITEMS.items() if slug != lacking})
    assert refused(actions.release, draft.pk, by_id=None, now=NOW).facts == {"missing": Missing(rights=[story.ITEMS[lacking][0]])}
    draft.refresh_from_db()
    assert (draft.state, draft.released_at) == ("draft", None)


@pytest.mark.check("AC13")
def test_ac13_the_english_file_is_the_one_a_right_needs():
    items = {**story.ITEMS, "deck-1": ("slides", "faculty", ("es",))}
    assert actions.missing(story.draft(items=items)) == Missing(rights=["slides"])


def test_an_item_without_any_file_holds_the_release_back():
    draft = story.draft()
    story.item(draft, "deck-9", "slides", "faculty")
    assert refused(actions.release, draft.pk, by_id=None, now=NOW).facts["missing"] == Missing(items=["deck-9"])


def test_an_empty_draft_says_so():
    draft = actions.draft_release(story.kit(), "1.0")
    assert actions.missing(draft) == Missing(rights=["slides", "manual", "workbook", "organiser", "logo"], empty=True)


@pytest.mark.check("S18")
def test_s18_a_file_taken_in_before_its_item_was_to_be_stamped_holds_the_release_back():
    draft = story.draft()
    logo = draft.items.get(slug="logo")
    changed = story.facts("logo", "designer", offering=draft.kit.offering, stamped=True)
    actions.edit_item(logo.pk, changed)
    assert refused(actions.release, draft.pk, by_id=None, now=NOW).facts["missing"] == Missing(unstamped=["logo.svg"])


def test_the_kit_of_an_offering_with_editions_names_one():
    draft = story.draft("QCS-DH", items=story.SYMPOSIUM)
    assert actions.missing(draft) == Missing(edition=True)
    other = story.draft("QCS-DH", items=story.SYMPOSIUM, of=draft.kit, number="1.1", edition=build.edition())
    assert not actions.missing(other)


def test_nothing_in_a_release_that_is_out_changes():
    release = story.released()
    item, file = release.items.get(slug="deck-1"), story.file_of(release)
    some = story.facts("slides", "faculty", offering=release.kit.offering)
    for call in (
        lambda: actions.add_item(release.pk, some),
        lambda: actions.edit_item(item.pk, some),
        lambda: actions.remove_item(item.pk),
        lambda: actions.remove_file(file.pk),
    ):
        assert refused(call).code == "wrong_state"
    assert (KitItem.objects.count(), KitFile.objects.count()) == (5, 7)
    item.refresh_from_db()
    assert item.name_en == "Deck 1"


def test_withdrawing_takes_a_reason_and_a_released_release():
    editor, release = build.user(), story.released()
    assert refused(actions.withdraw, release.pk, reason="  ", by_id=editor.pk, now=NOW).code == "no_reason"
    done = actions.withdraw(release.pk, reason=" Wrong slide 14 ", by_id=editor.pk, now=NOW)
    assert (done.state, done.withdrawn_at, done.withdrawn_by, done.withdrawn_reason) == ("withdrawn", NOW, editor, "Wrong slide 14")
    assert refused(actions.withdraw, release.pk, reason="again", by_id=None, now=NOW).code == "wrong_state"
    assert refused(actions.withdraw, story.draft(of=release.kit, number="1.1").pk, reason="x", by_id=None, now=NOW).code == "wrong_state"


def test_a_number_stands_once_in_a_kit():
    kit = story.kit()
    made = actions.draft_release(kit, " 2.1 ", notes={"en": "First.", "pt-br": "Primeira."})
    assert (made.number, made.major, made.minor, made.notes_en, made.notes_pt_br) == ("2.1", 2, 1, "First.", "Primeira.")
    assert refused(actions.draft_release, kit, "2.1").code == "number_taken"
    assert refused(actions.draft_release, kit, "2").code == "number_form"
    assert KitRelease.objects.count() == 1


def test_an_edition_of_another_offering_and_a_right_of_another_offering_are_refused():
    kit = story.kit()
    assert refused(actions.draft_release, kit, "1.0", edition=build.edition()).code == "other_offering"
    draft = actions.draft_release(kit, "1.0")
    foreign = story.facts("slides", "faculty", offering=build.offering("QCS-DH"))
    assert refused(actions.add_item, draft.pk, foreign).code == "other_offering"
    assert KitItem.objects.count() == 0


def test_a_kit_has_an_address_of_its_own():
    story.kit()
    assert refused(actions.new_kit, slug="qtp1-l", offering=build.offering(), names={"en": "x"}).code == "slug_taken"
    assert refused(actions.new_kit, slug="dl", offering=build.offering(), names={"en": "x"}).code == "slug_taken"
    assert refused(actions.new_kit, slug="other", offering=build.offering(), names={"es": "x"}).code == "no_name"


def test_items_stand_in_the_order_they_came_and_are_called_after_their_names():
    draft = actions.draft_release(story.kit(), "1.0")
    some = story.facts("slides", "faculty", offering=draft.kit.offering, name="Deck 1: Why quality")
    for _ in range(2):
        actions.add_item(draft.pk, some)
    assert list(draft.items.values_list("slug", "position")) == [("deck-1-why-quality", 0), ("deck-1-why-quality-2", 1)]


def test_an_item_is_taken_out_of_a_draft_with_its_files():
    draft = story.draft()
    actions.remove_item(draft.items.get(slug="deck-1").pk)
    assert (draft.items.count(), KitFile.objects.filter(item__release=draft).count()) == (4, 5)


def test_the_next_release_may_begin_with_the_former_one():
    first = story.symposium()
    draft = actions.draft_release(first.kit, "1.1", edition=first.edition, like=first)
    same = [
        list(
            KitFile.objects.filter(item__release=release)
            .order_by("item__position")
            .values_list("item__slug", "language", "name", "vault_key")
        )
        for release in (first, draft)
    ]
    assert same[0] == same[1]
    assert draft.items.get(slug="slides-1").embargo_until == first.edition.embargo_until
    assert (first.items.count(), draft.items.count(), draft.state) == (5, 5, "draft")
    actions.release(draft.pk, by_id=None, now=NOW)


def test_an_embargo_is_not_carried_to_another_edition():
    first = story.symposium()
    starts = NOW + timedelta(days=500)
    ends = starts + timedelta(days=2)
    other = OfferingEdition.objects.create(
        offering=first.kit.offering, label="2028", starts_at=starts, ends_at=ends, rights_until=ends + story.YEAR
    )
    draft = actions.draft_release(first.kit, "2.0", edition=other, like=first)
    assert draft.items.get(slug="slides-1").embargo_until is None


def test_the_database_keeps_states_and_reasons_together():
    release = story.released()
    for change in ({"state": "lost"}, {"state": "withdrawn"}, {"released_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            KitRelease.objects.filter(pk=release.pk).update(**change)
