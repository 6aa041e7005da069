"""What only happens when many ask at once, on the database that lets them."""

import hashlib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from django.db import connections

from media import bundles, delivery, sending
from media.delivery import Wanted
from media.kits import actions
from media.kits.actions import NotReady
from media.kits.models import KitRelease
from media.kits.rules import NotAccepted
from media.ledger.models import Bundle, Download, DownloadPart
from portal.core.ranges import ByteRange
from portal.core.vault.places import vault
from tests import build
from tests.clock import NOW
from tests.media import story

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("vault")]


def at_once(call, arguments, *, workers=20):
    """Return what ``call`` gave for each argument, run in parallel, each thread with a connection of its own."""

    def one(argument):
        try:
            return call(argument)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, arguments))


@pytest.mark.check("S15")
def test_s15_two_hundred_parallel_ranges_are_one_download():
    society = build.society()
    story.licence(society)
    story.released()
    by = story.asker(build.owner_of(society), society)
    wanted = Wanted("qtp1-l", "1.0", "en", "deck-1.pdf")
    size = story.file_of(KitRelease.objects.get()).size
    step = size // 200

    def take(number):
        handover = delivery.hand_over(wanted, by=by, at=NOW, ranged=True)
        last = handover.size - 1 if number == 199 else (number + 1) * step - 1
        part = ByteRange(number * step, last, handover.size)
        return handover.etag, b"".join(delivery.stream(handover, part, clock=lambda: NOW))

    taken = at_once(take, range(200))
    assert Download.objects.count() == 1
    assert DownloadPart.objects.filter(outcome="complete").count() == 200
    assert len({etag for etag, _ in taken}) == 1
    whole = b"".join(delivery.stream(delivery.hand_over(wanted, by=by, at=NOW, ranged=True), None, clock=lambda: NOW))
    assert b"".join(content for _, content in taken) == whole


def test_two_presses_at_once_are_one_download():
    society = build.society()
    story.licence(society)
    story.released()
    by = story.asker(build.owner_of(society), society)
    at_once(lambda _: delivery.hand_over(Wanted("qtp1-l", "1.0", "en", "deck-1.pdf"), by=by, at=NOW), range(20))
    assert Download.objects.count() == 1


@pytest.mark.check("S15")
def test_s15_parallel_ranges_and_presses_are_one_archive():
    society = build.society()
    story.licence(society)
    story.released()
    by = story.asker(build.owner_of(society), society)

    def ask(number):
        return bundles.hand_over("qtp1-l", "1.0", by=by, at=NOW, language="en", ranged=number % 2 == 0)

    granted = at_once(ask, range(20))
    assert (len(set(granted)), Bundle.objects.count(), Download.objects.count()) == (1, 1, 7)
    size = granted[0].plan.size
    cuts = [size * number // 20 for number in range(21)]
    ranges = [ByteRange(first, last - 1, size) for first, last in zip(cuts, cuts[1:], strict=False)]
    taken = at_once(lambda part: b"".join(bundles.stream(granted[0], part, clock=lambda: NOW)), ranges)
    with zipfile.ZipFile(BytesIO(b"".join(taken))) as archive:
        assert (archive.testzip(), len(archive.namelist())) == (None, 8)
    for download in Download.objects.all():
        spans = sorted(download.parts.values_list("first", "last", "sent"))
        assert sum(sent for *_, sent in spans) == spans[-1][1] + 1


def test_twenty_copies_made_at_once_are_one():
    society = build.society()
    story.licence(society)
    story.released()
    by = story.asker(build.owner_of(society), society)
    handover = delivery.hand_over(Wanted("qtp1-l", "1.0", "en", "deck-1.pdf"), by=by, at=NOW)
    addresses = at_once(lambda _: sending.internal_address(handover, at=NOW), range(20))
    assert len(set(addresses)) == 1
    key = addresses[0].removeprefix(sending.INTERNAL)
    assert hashlib.sha256(b"".join(vault().read(key))).hexdigest() == handover.sha256
    assert list(vault().keys(sending.COPIES)) == [key]


def test_people_do_not_wait_for_one_another():
    society = build.society()
    story.licence(society)
    story.released()
    askers = [story.asker(build.person(society, "faculty"), society) for _ in range(10)]
    at_once(lambda by: delivery.hand_over(Wanted("qtp1-l", "1.0", "en", "deck-1.pdf"), by=by, at=NOW), askers * 3)
    assert Download.objects.count() == 10


def test_a_file_that_comes_while_the_release_goes_out_is_in_it_or_refused():
    for number in range(5):
        draft = story.draft(number=f"1.{number}", of=KitRelease.objects.first().kit if number else None)
        item = draft.items.get(slug="deck-1")

        def act(what, draft=draft, item=item):
            try:
                if what == "release":
                    return actions.release(draft.pk, by_id=None, now=NOW).state
                return story.take_in(item, story.master(4), language="fr").language
            except (NotReady, NotAccepted) as refused:
                return refused.code

        released, taken = at_once(act, ["release", "take"], workers=2)
        assert (released, taken) in {("released", "fr"), ("released", "released")}
        assert item.files.filter(language="fr").exists() is (taken == "fr")


def test_a_release_goes_out_once():
    draft = story.draft()

    def act(_):
        try:
            return actions.release(draft.pk, by_id=None, now=NOW).state
        except NotReady as refused:
            return refused.code

    assert sorted(at_once(act, range(10))) == ["released"] + ["wrong_state"] * 9
