"""The doors of the gate as browsers and tools meet them."""

import hashlib
import random
import re
from base64 import b64decode
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from licensing.applications.rules import State
from licensing.history.actions import Actor
from licensing.organisations import actions as organisations
from media.kits import actions
from media.ledger.models import Download, DownloadPart
from tests import build
from tests.clock import NOW
from tests.media import story
from tests.stopping import stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]

STAFF = Actor(None, "tests")
TELLING = {"ETag", "Accept-Ranges", "Repr-Digest", "Content-Range", "Content-Disposition", "Last-Modified", "Content-Digest"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def eco():
    return build.society("Fundación ECO (DEMO)")


@pytest.fixture
def release():
    return story.released()


@pytest.fixture
def deck(release):
    return story.address(story.file_of(release))


@pytest.fixture
def owner(eco, client):
    """The owner of a licensee, signed in."""
    story.licence(eco)
    person = build.owner_of(eco)
    client.force_login(person)
    return person


def body(response) -> bytes:
    return b"".join(response.streaming_content)  # the client closes it then


def same(response) -> tuple:
    """Return what a reader can compare: everything but the one-time token of the sign-out button."""
    page = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)
    return response.status_code, page, {name: value for name, value in response.headers.items() if name != "Content-Length"}


# ---- strangers and anonymous people


@pytest.mark.check("S1")
@pytest.mark.parametrize(
    "path",
    [
        "/kits/", "/kits/qtp1-l/1.0/en/deck-1.pdf", "/kits/qtp1-l/1.0/en/deck-1.pdf.sha256", "/kits/qtp1-l/1.0/en/deck-1.pdf/link",
        "/kits/qtp1-l/1.0/manifest.json", "/kits/qtp1-l/1.0/en/deck-9.pdf", "/kits/none/1.0/en/deck-1.pdf", "/kits/none/9/manifest.json",
        "/kits/dl/forged/deck-1.pdf", "/kits/a/b/c/d/e", "/kits/qtp1-l/1.0/en/..%2fdeck-1.pdf", "/kits//", "/kits/x\\y",
    ],
)  # fmt: skip
def test_s1_an_anonymous_reader_is_led_to_the_login_from_every_path(client, release, path):
    for ask in (client.get, client.head):
        response = ask(path)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/en/accounts/login/?next=/kits/")
        assert response.headers["Cache-Control"] == "private, no-store"
    assert Download.objects.count() == 0


UNKNOWN = "/kits/qtp1-l/1.0/en/deck-99.pdf"


@pytest.mark.check("AC14")
def test_ac14_another_organisation_reads_the_404_of_unknown_files_before_and_after_activation(client, eco, release):
    other = build.society("Otra sociedad (DEMO)")
    stranger, alone = build.owner_of(other), build.user()
    files = [story.address(file) for item in release.items.all() for file in item.files.all()]
    paths = [*files, *(f"{path}.sha256" for path in files), *(f"{path}/link" for path in files)]
    for person in (stranger, alone):
        client.force_login(person)
        unknown = same(client.get(UNKNOWN))
        assert (unknown[0], unknown[2]["Cache-Control"]) == (404, "private, no-store")
        for stage in ("before", "after"):
            if stage == "after" and not eco.licences.exists():
                story.licence(eco)
            for path in paths:
                before = Download.objects.count()
                assert same(client.get(path)) == unknown
                row = Download.objects.order_by("-pk").first()
                assert (Download.objects.count() - before, row.verdict, row.user) == (1, "stranger", person)
            assert same(client.get("/kits/qtp1-l/1.0/manifest.json")) == unknown
            assert same(client.get("/kits/none/1.0/manifest.json")) == unknown
        assert client.head(files[0]).status_code == 404


def test_a_stranger_learns_nothing_from_a_withdrawn_or_drafted_release(client, release):
    draft = story.draft(of=release.kit, number="1.1")
    actions.withdraw(release.pk, reason="A wrong slide", by_id=None, now=NOW)
    client.force_login(build.owner_of(build.society()))
    unknown = same(client.get(UNKNOWN))
    assert same(client.get(story.address(story.file_of(release)))) == unknown
    assert same(client.get(story.address(story.file_of(draft)))) == unknown


def test_a_draft_is_unknown_to_licensees_too_and_leaves_no_row(client, owner, release):
    draft = story.draft(of=release.kit, number="1.1")
    assert same(client.get(story.address(story.file_of(draft)))) == same(client.get(UNKNOWN))
    assert Download.objects.count() == 0


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_the_gate_gives_and_takes_nothing_else(client, owner, deck, method):
    assert getattr(client, method)(deck).status_code == 405
    assert Download.objects.count() == 0


# ---- who may


@pytest.mark.check("AC13")
def test_ac13_the_licensee_lists_and_takes_decks_manual_and_logo_pack(client, owner, release):
    listed = client.get("/kits/qtp1-l/1.0/manifest.json")
    assert listed.headers["Cache-Control"] == "private, no-store"
    files = listed.json()["files"]
    assert [(file["item"], file["language"], file["content_type"], file["stamped"]) for file in files] == [
        ("deck-1", "en", "application/pdf", True),
        ("deck-1", "es", "application/pdf", True),
        ("manual", "en", "application/pdf", True),
        ("manual", "es", "application/pdf", True),
        ("workbook", "en", "application/pdf", True),
        ("agenda", "en", "application/pdf", True),
        ("logo", "en", "image/svg+xml", False),
    ]
    for file in files:
        response = client.get(file["address"])
        assert (response.status_code, response.headers["Content-Type"]) == (200, file["content_type"])
        assert len(body(response)) == int(response.headers["Content-Length"])
    assert Download.objects.filter(verdict="granted", user=owner).count() == 7


@pytest.mark.check("AC13")
def test_ac13_the_list_of_a_designer_is_the_logo_pack(client, eco, owner, release):
    client.force_login(build.person(eco, "designer"))
    assert [file["item"] for file in client.get("/kits/qtp1-l/1.0/manifest.json").json()["files"]] == ["logo"]


def lapse(licence, how: str) -> None:
    if how == "suspended":
        stop(licence.pk, reason="x", now=NOW)
    elif how == "revoked":
        stop(licence.pk, "revoke", reason="x", now=NOW)
    else:
        stop(licence.pk, "end", kind="terminated", reason="x", now=NOW)


@pytest.mark.check("S7")
@pytest.mark.parametrize(
    "how, title",
    [
        ("suspended", "The license is suspended"), ("revoked", "The license was revoked"), ("ended", "The license has ended"),
        ("role", "Your role does not include this"), ("withdrawn", "This release was withdrawn"), ("application", "No license yet"),
    ],
)  # fmt: skip
def test_s7_a_refusal_says_why_and_tells_nothing_of_the_file(client, eco, release, how, title):
    person = build.owner_of(eco)
    if how == "application":
        build.application_at(State.SUBMITTED, eco)
    else:
        licence = story.licence(eco)
        person = build.person(eco, "signatory") if how == "role" else person
        if how == "withdrawn":
            actions.withdraw(release.pk, reason="Slide 14 is wrong", by_id=None, now=NOW)
        elif how != "role":
            lapse(licence, how)
    client.force_login(person)
    file = story.file_of(release)
    asks = [{}, {"Range": "bytes=0-0"}, {"If-None-Match": "*"}, {"If-Range": f'"{file.sha256[:40]}"', "Range": "bytes=0-"}]
    for headers in asks:
        for suffix in ("", ".sha256", "/link"):
            response = client.get(story.address(file) + suffix, headers=headers)
            assert response.status_code == 403
            assert TELLING & set(response.headers) == set()
            assert response.headers["Cache-Control"] == "private, no-store"
            assert title in response.content.decode()
            assert file.sha256 not in response.content.decode()
    assert list(Download.objects.values_list("verdict", flat=True).distinct()) == ["no_licence" if how == "application" else how]
    assert Download.objects.count() == len(asks) * 3
    assert DownloadPart.objects.count() == 0


def test_a_refusal_is_said_in_the_language_of_its_reader(client, eco, release):
    lapse(story.licence(eco), "revoked")
    person = build.person(eco, "owner", language="ar")
    client.force_login(person)
    page = client.get(story.address(story.file_of(release))).content.decode()
    assert '<html lang="en" dir="rtl"' in page


@pytest.mark.check("S8")
def test_s8_who_left_or_was_switched_off_takes_nothing_more(client, eco, owner, deck):
    teacher = build.person(eco, "faculty")
    client.force_login(teacher)
    assert client.get(deck).status_code == 200
    organisations.leave(eco.pk, teacher.pk, by=build.actor(owner, eco), now=NOW)
    assert client.get(deck).status_code == 404
    client.force_login(owner)
    owner.is_active = False
    owner.save()
    assert client.get(deck).status_code == 302


def test_a_person_of_two_organisations_takes_for_the_one_acted_for(client, eco, owner, deck):
    other = build.society("Otra sociedad (DEMO)", owner=owner)
    assert client.get(f"{deck}?for={other.pk}").status_code == 404
    assert client.get(f"{deck}?for={eco.pk}").status_code == 200
    assert list(Download.objects.order_by("pk").values_list("organisation", "verdict")) == [(other.pk, "stranger"), (eco.pk, "granted")]


# ---- ranges, hashes, resuming


@pytest.mark.check("S15")
def test_s15_the_whole_answer_says_its_length_and_hash(client, owner, deck):
    response = client.get(deck)
    content = body(response)
    headers = response.headers
    assert headers["Content-Length"] == str(len(content))
    assert b64decode(headers["Repr-Digest"].removeprefix("sha-256=:").removesuffix(":")) == hashlib.sha256(content).digest()
    assert (headers["Accept-Ranges"], headers["Cache-Control"]) == ("bytes", "private, no-store")
    assert headers["Content-Disposition"] == 'attachment; filename="deck-1.pdf"'
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")
    assert client.get(f"{deck}.sha256").content.decode() == f"{hashlib.sha256(content).hexdigest()}  deck-1.pdf\n"
    part = DownloadPart.objects.get()
    assert (part.first, part.last, part.sent, part.outcome) == (0, len(content) - 1, len(content), "complete")


@pytest.mark.check("S15")
def test_s15_any_range_is_the_slice_of_the_body_and_all_are_one_download(client, owner, deck):
    whole = body(client.get(deck))
    chance = random.Random(15)
    edges = [(0, 0), (len(whole) - 1, len(whole) - 1), (0, len(whole) - 1)]
    prefix = story.file_of(owner.memberships.get().organisation.licences.get().offering.kits.get().releases.get()).size
    edges += [(prefix - 1, prefix), (prefix, prefix), (prefix - 1, prefix - 1), (prefix, len(whole) - 1)]
    ranges = edges + [tuple(sorted((chance.randrange(len(whole)), chance.randrange(len(whole))))) for _ in range(100)]
    for first, last in ranges:
        response = client.get(deck, headers={"Range": f"bytes={first}-{last}"})
        assert response.status_code == 206
        assert response.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
        assert response.headers["Content-Length"] == str(last - first + 1)
        assert body(response) == whole[first : last + 1]
    assert Download.objects.count() == 1
    assert DownloadPart.objects.filter(outcome="complete").count() == 1 + len(ranges)


@pytest.mark.check("S15")
@pytest.mark.parametrize(
    "header, status, piece",
    [
        ("bytes=-10", 206, slice(-10, None)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=100-99999999", 206, slice(100, None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("bytes=5-1", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
        (f"bytes={'9' * 6000}-", 200, slice(None)),
    ],
)
def test_s15_unusual_ranges(client, owner, deck, header, status, piece):
    whole = body(client.get(deck))
    response = client.get(deck, headers={"Range": header})
    assert (response.status_code, body(response)) == (status, whole[piece])


@pytest.mark.check("S15")
def test_s15_what_lies_beyond_is_not_satisfiable(client, owner, deck):
    size = len(body(client.get(deck)))
    response = client.get(deck, headers={"Range": f"bytes={size}-"})
    assert (response.status_code, response.content, response.headers["Content-Range"]) == (416, b"", f"bytes */{size}")


@pytest.mark.check("S15")
def test_s15_if_range_gives_the_rest_of_the_same_copy_or_the_whole(client, owner, deck):
    response = client.get(deck)
    whole, etag = body(response), response.headers["ETag"]
    rest = client.get(deck, headers={"Range": "bytes=100-", "If-Range": etag})
    assert (rest.status_code, body(rest)) == (206, whole[100:])
    for other in ('"other"', f"W/{etag}", "Sun, 22 Nov 2026 10:00:00 GMT"):
        rest = client.get(deck, headers={"Range": "bytes=100-", "If-Range": other})
        assert (rest.status_code, body(rest)) == (200, whole)


@pytest.mark.check("S15")
def test_s15_head_says_what_get_would_and_is_no_second_download(client, owner, deck):
    head = client.head(deck)
    got = client.get(deck)
    content = body(got)
    for name in ("ETag", "Repr-Digest", "Content-Length", "Content-Type", "Content-Disposition"):
        assert head.headers[name] == got.headers[name]
    assert (head.status_code, head.content) == (200, b"")
    assert client.head(deck, headers={"Range": "bytes=0-9"}).headers["Content-Length"] == str(len(content))
    assert (Download.objects.count(), DownloadPart.objects.count()) == (1, 1)


def test_a_granted_file_is_never_answered_with_not_modified(client, owner, deck):
    etag = client.get(deck).headers["ETag"]
    assert client.get(deck, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.check("S14")
def test_s14_revoked_between_two_ranges_the_next_one_is_refused(client, eco, owner, deck):
    first = client.get(deck, headers={"Range": "bytes=0-999"})
    assert len(body(first)) == 1000
    lapse(eco.licences.get(), "revoked")
    assert client.get(deck, headers={"Range": "bytes=1000-"}).status_code == 403
    assert list(Download.objects.order_by("pk").values_list("verdict", "parts__sent")) == [("granted", 1000), ("revoked", None)]


# ---- the stamp


@pytest.mark.check("S18")
@pytest.mark.row("A3")
def test_s18_the_copy_names_its_licensee_and_nobody_elses_is_served(client, eco, owner, deck):
    other = build.society("Sociedade Brasileira (DEMO)", at="BR")
    story.licence(other)
    mine = body(client.get(deck))
    client.force_login(build.owner_of(other))
    theirs = body(client.get(deck))
    for content, society in ((mine, eco), (theirs, other)):
        row = Download.objects.get(organisation=society)
        with pikepdf.open(BytesIO(content)) as pdf, pdf.open_metadata() as metadata:
            said = {key.rpartition("}")[2]: value for key, value in metadata.items() if key.startswith("{urn:uuid:")}
            assert len(pdf.pages) == 2
        assert said == {
            "licensee": society.register_name, "licence": society.licences.get().number, "person": str(build.owner_of(society)),
            "on": "2026-11-22", "download": row.reference, "demo": "yes",
        }  # fmt: skip
    assert mine != theirs
    assert eco.register_name.encode() not in theirs


@pytest.mark.check("S18")
def test_s18_no_language_of_an_item_leaves_without_the_name(client, eco, owner, release):
    for file in release.items.get(slug="deck-1").files.all():
        assert b"licensee" in body(client.get(story.address(file)))


def test_names_the_typeface_lacks_are_stamped_by_their_numbers(client, release):
    society = build.society("台灣醫學會 (DEMO)", owner=build.user(name="林美 (DEMO)"))
    licence = story.licence(society)
    owner = build.owner_of(society)
    client.force_login(owner)
    with pikepdf.open(BytesIO(body(client.get(story.address(story.file_of(release)))))) as pdf, pdf.open_metadata() as metadata:
        said = {key.rpartition("}")[2]: value for key, value in metadata.items() if key.startswith("{urn:uuid:")}
    row = Download.objects.get()
    assert (said["licensee"], said["licence"], said["person"]) == (licence.number, licence.number, f"No. {owner.pk}")
    assert (row.licensee, row.person) == ("台灣醫學會 (DEMO)", "林美 (DEMO)")


def test_the_address_of_the_reader_is_kept_in_part_only(client, owner, deck):
    client.get(deck, REMOTE_ADDR="203.0.113.77")
    client.get(deck, REMOTE_ADDR="2001:db8:1234:5678::1", headers={"Range": "bytes=0-1"})
    assert Download.objects.get().ip_prefix == "203.0.113.0/24"


# ---- what it costs


def test_one_download_takes_nine_statements_and_a_transaction(client, owner, deck):
    body(client.get(deck))
    with CaptureQueriesContext(connection) as asked:
        body(client.get(deck))
    statements = [query["sql"].split()[0] for query in asked.captured_queries]
    assert statements == ["SELECT"] * 5 + ["SAVEPOINT", "SELECT", "SELECT", "INSERT", "RELEASE", "INSERT"]


def test_a_stranger_and_a_missing_file_take_a_similar_time(client, release, deck):
    client.force_login(build.owner_of(build.society()))
    client.get(deck)
    costs = []
    for path in (deck, UNKNOWN):
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        costs.append(len(asked.captured_queries))
    assert costs[0] - costs[1] <= 4


def test_the_downloads_of_a_week_ago_do_not_count_as_this_one(client, owner, deck, clock):
    first = body(client.get(deck))
    clock.move_to(NOW + timedelta(days=8))
    client.force_login(owner)
    assert body(client.get(deck, headers={"Range": "bytes=-200"})) != first[-200:]
    assert Download.objects.count() == 2
