"""Who gets what: the whole table, with the ledger's row each time; then what belongs to which download."""

import hashlib
from datetime import timedelta
from itertools import product

import pytest

from licensing.applications.rules import State
from licensing.entitlements import actions as entitlements
from licensing.history.actions import Actor
from media import delivery, sending
from media.delivery import NoSuchFile, Refused, Wanted
from media.kits import actions
from media.ledger.models import Download, DownloadPart
from portal.core.faults import Damaged
from portal.core.ranges import ByteRange
from tests import build
from tests.clock import NOW, TICK
from tests.media import story
from tests.stopping import stop
from tests.telling import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]

STAFF = Actor(None, "tests")
AUDIENCES = ("faculty", "participant", "organiser", "designer")
EMBARGOES = {"never": None, "lifted": NOW, "ahead": NOW + TICK}
REACH = {
    "owner": set(AUDIENCES),
    "coordinator": set(AUDIENCES),
    "faculty": {"faculty", "participant"},
    "designer": {"designer"},
    "preparer": set(),
    "signatory": set(),
    "finance": set(),
    "observer": set(),
    "": set(),
}


def end(licence, kind):
    stop(licence.pk, "end", kind=kind, reason="x", now=NOW - timedelta(days=1))


def revoke(licence):
    stop(licence.pk, "revoke", reason="x", now=NOW - timedelta(days=1))


def suspend(licence):
    stop(licence.pk, reason="x", now=NOW - timedelta(days=1))


# What the organisation has to do with the offering, and the verdict that follows whatever the person is.
STANDINGS = {
    "nothing at all": (lambda society: None, "stranger"),
    "a licence of another offering": (lambda society: story.licence(society, "QCS-DH"), "stranger"),
    "an application": (lambda society: build.application_at(State.DRAFT, society), "no_licence"),
    "a declined application": (lambda society: build.application_at(State.DECLINED, society), "no_licence"),
    "a licence that begins in a moment": (lambda society: story.licence(society, begins=NOW + TICK), "scheduled"),
    "a licence that begins now": (lambda society: story.licence(society, begins=NOW), ""),
    "a licence in force": (lambda society: story.licence(society), ""),
    "a licence that ends in a moment": (lambda society: story.licence(society, ends=NOW + TICK), ""),
    "a licence that ends now": (lambda society: story.licence(society, ends=NOW), "expired"),
    "a suspended licence": (lambda society: suspend(story.licence(society)), "suspended"),
    "a terminated licence": (lambda society: end(story.licence(society), "terminated"), "ended"),
    "a surrendered licence": (lambda society: end(story.licence(society), "surrendered"), "ended"),
    "a revoked licence": (lambda society: revoke(story.licence(society)), "revoked"),
    "an expired licence and its successor": (lambda society: (story.licence(society, ends=NOW), story.licence(society)), ""),
    "a revoked licence and one to come": (
        lambda society: (revoke(story.licence(society)), story.licence(society, begins=NOW + TICK)),
        "scheduled",
    ),
}


@pytest.fixture
def shelf():
    return lay()


@told
def lay():
    """Lay a draft, a released and a withdrawn release, each with an item for every audience and embargo."""
    kit = story.kit()
    rows = [(f"{audience}-{embargo}", "slides", audience, at) for audience, (embargo, at) in product(AUDIENCES, EMBARGOES.items())]
    rows += [(right, right, "faculty", None) for right in ("manual", "workbook", "organiser", "logo")]
    for number in ("1.0", "1.1", "1.2"):
        draft = actions.draft_release(kit, number)
        for slug, right, audience, embargo in rows:
            item = story.item(draft, slug, right, audience, embargo_until=embargo, stamped=False)
            story.take_in(item, story.SVG, name=f"{slug}.svg")
        if number != "1.2":
            actions.release(draft.pk, by_id=None, now=NOW - story.YEAR)
    actions.withdraw(kit.releases.get(number="1.1").pk, reason="A wrong slide", by_id=None, now=NOW)
    return kit


def expected(standing: str, role: str, audience: str, embargo: str, number: str) -> str | None:
    """Return the verdict that the design gives; None = the file does not exist for anybody."""
    verdict = STANDINGS[standing][1]
    if number == "1.2":
        return None
    if verdict == "stranger":
        return verdict
    if number == "1.1":
        return "withdrawn"
    if verdict:
        return verdict
    if audience not in REACH[role]:
        return "role"
    return "embargo" if embargo == "ahead" else "granted"


def asked(wanted, by, **more) -> str | None:
    """Return the verdict as the caller meets it."""
    try:
        delivery.hand_over(wanted, by=by, at=NOW, **more)
    except NoSuchFile:
        return "stranger"
    except Refused as refused:
        return refused.verdict.code
    return "granted"


@pytest.mark.check("S7")
@pytest.mark.parametrize("standing", STANDINGS)
def test_s7_licence_and_person_and_item_and_release(shelf, standing):
    society = build.society()
    STANDINGS[standing][0](society)
    people = {role: build.user() for role in REACH}
    asker = {role: story.asker(person, society, [role] if role else []) for role, person in people.items()}
    wrong = []
    whole = standing == "a licence in force"  # elsewhere two audiences and embargoes say the same as four and three
    audiences, embargoes = (AUDIENCES, EMBARGOES) if whole else (("faculty", "designer"), ("never", "ahead"))
    for role, audience, embargo, number in product(REACH, audiences, embargoes, ("1.0", "1.1", "1.2")):
        before = Download.objects.count()
        met = asked(Wanted("qtp1-l", number, "en", f"{audience}-{embargo}.svg"), asker[role])
        verdict = expected(standing, role, audience, embargo, number)
        last = Download.objects.order_by("pk").last()
        written = Download.objects.count() - before
        row = (last.verdict, last.user, last.organisation, last.file.name, last.at, last.method) if written else None
        due = (verdict, people[role], society, f"{audience}-{embargo}.svg", NOW, "GET") if verdict else None
        if (met, written, row) != (verdict or "stranger", 1 if verdict else 0, due):
            wrong.append((role, audience, embargo, number, met, written, row))
    assert wrong == []


@pytest.mark.check("S7")
def test_s7_somebody_without_organisation_is_a_stranger(shelf):
    assert asked(Wanted("qtp1-l", "1.0", "en", "faculty-never.svg"), story.asker(build.user(), None)) == "stranger"
    assert Download.objects.get().verdict == "stranger"


@pytest.mark.check("S7")
def test_s7_an_edition_opens_its_own_kit_only():
    release = story.symposium()
    society = build.society()
    owner = build.owner_of(society)
    wanted = Wanted("qcs-dh", "1.0", "en", "abstracts.pdf")
    licence = story.licence(society, "QCS-DH")
    assert asked(wanted, story.asker(owner, society)) == "granted"
    other = build.society("Otra sociedad (DEMO)")
    entitlements.enter(
        number="L-2026-0099", organisation=other, offering=licence.offering, edition=None, places=[other.place], valid_from=NOW, valid_to=NOW + TICK,
        zone="UTC", source="Test", by=STAFF, now=NOW,
    )  # fmt: skip
    assert asked(wanted, story.asker(build.owner_of(other), other)) == "no_licence"
    assert release.edition == licence.edition


@pytest.mark.check("AC16")
def test_ac16_the_embargo_lifts_at_its_instant():
    release = story.symposium(embargo=NOW)
    society = build.society()
    story.licence(society, "QCS-DH")
    by = story.asker(build.owner_of(society), society)
    file = story.file_of(release, "slides-1")
    verdicts = [delivery.verdicts_on(release, [file.item], by=by, at=at)[0].code for at in (NOW - TICK, NOW, NOW + TICK)]
    assert verdicts == ["embargo", "granted", "granted"]


# ---- one download, many answers


@pytest.fixture
def taking():
    """An owner whose licence is in force, and a call that asks for the deck."""
    society = build.society("Fundación ECO (DEMO)")
    story.licence(society)
    release = story.released()
    by = story.asker(build.owner_of(society), society)

    def take(*, at=NOW, language="en", by=by, **more):
        return delivery.hand_over(Wanted("qtp1-l", "1.0", language, "deck-1.pdf"), by=by, at=at, **more)

    take.release, take.society, take.by = release, society, by
    return take


def sent(handover, part=None) -> bytes:
    return b"".join(delivery.stream(handover, part, clock=lambda: NOW))


def test_every_whole_get_is_a_download_of_its_own(taking):
    first = taking()
    sent(first)
    second = taking(at=NOW + TICK)
    assert (Download.objects.count(), first.download_id == second.download_id, first.etag == second.etag) == (2, False, False)


def test_a_second_press_while_the_first_is_being_sent_is_the_same_download(taking):
    assert taking().download_id == taking(at=NOW + timedelta(minutes=9)).download_id
    assert taking(at=NOW + timedelta(minutes=11)).download_id != taking().download_id


def test_a_head_announces_the_download_that_follows(taking):
    announced = taking(method="HEAD")
    assert announced == taking(at=NOW + timedelta(minutes=9)) == taking(method="HEAD")
    assert Download.objects.get().method == "HEAD"


@pytest.mark.check("S15")
def test_s15_a_checksum_speaks_of_the_copy_that_was_taken_even_hours_later(taking):
    copy = taking()
    sent(copy)
    assert taking(method="HEAD", at=NOW + timedelta(hours=5)) == copy
    assert taking(ranged=True, at=NOW + timedelta(hours=5)) == copy
    assert Download.objects.count() == 1


def test_a_range_continues_the_download_of_the_last_days_and_no_older_one(taking):
    copy = taking()
    sent(copy, ByteRange(0, 9, copy.size))
    assert taking(ranged=True, at=NOW + delivery.RESUME - TICK) == copy
    assert taking(ranged=True, at=NOW + delivery.RESUME).download_id != copy.download_id


def test_if_range_says_which_copy_goes_on(taking):
    copies = []
    for hour in range(3):
        copies.append(taking(at=NOW + timedelta(hours=hour)))
        sent(copies[-1], ByteRange(0, 9, copies[-1].size))
    for copy in copies:
        assert taking(ranged=True, if_range=copy.etag, at=NOW + timedelta(hours=5)) == copy
    assert taking(ranged=True, if_range='"unknown"', at=NOW + timedelta(hours=5)) == copies[-1]
    assert Download.objects.count() == 3


def test_a_range_without_a_download_begins_one(taking):
    taking(ranged=True)
    assert Download.objects.get().verdict == "granted"


def test_a_new_licence_is_a_new_download(taking):
    copy = taking()
    stop(taking.society.licences.get().pk, "end", kind="surrendered", reason="x", now=NOW)
    successor = story.licence(taking.society)
    again = taking(ranged=True, at=NOW + TICK)
    assert again.download_id != copy.download_id
    assert Download.objects.get(pk=again.download_id).licence == successor


@pytest.mark.check("S15")
@pytest.mark.parametrize("pieces, counted", [(1, 0), (3, 2000), (10, 9000)])
def test_s15_a_broken_answer_writes_what_left_and_is_resumed_byte_by_byte(taking, monkeypatch, pieces, counted):
    monkeypatch.setattr("portal.core.vault.local.PIECE", 1000)
    copy = taking()
    body = delivery.stream(copy, None, clock=lambda: NOW + TICK)
    begun = b"".join(next(body) for _ in range(pieces))
    body.close()
    part = DownloadPart.objects.get()
    assert (part.first, part.last, part.sent, part.outcome, part.at) == (0, copy.size - 1, counted, "broken", NOW + TICK)
    rest = sent(taking(ranged=True), ByteRange(len(begun), copy.size - 1, copy.size))
    assert begun + rest == sent(taking(ranged=True))
    assert hashlib.sha256(begun + rest).hexdigest() == copy.sha256


def test_an_answer_that_was_never_begun_leaves_no_part(taking):
    delivery.stream(taking(), None, clock=lambda: NOW).close()
    assert DownloadPart.objects.count() == 0


def test_the_names_of_the_first_answer_stay_in_the_download(taking):
    copy = taking()
    sent(copy, ByteRange(0, 9, copy.size))
    renamed = story.asker(build.owner_of(taking.society), taking.society)
    renamed = type(renamed)(
        **{**{name: getattr(renamed, name) for name in renamed.__slots__}, "person": "New Name", "licensee": "New Body"}
    )
    assert taking(ranged=True, by=renamed) == copy


def test_a_vault_that_holds_other_bytes_is_never_handed_out(taking, vault):
    file = story.file_of(taking.release)
    (vault / file.vault_key).write_bytes(b"other bytes")
    sending._prefix_digest.cache_clear()
    with pytest.raises(Damaged, match="not the bytes that were stored"):
        taking().repr_digest
