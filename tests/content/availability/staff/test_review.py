"""Before a change is published: which answers change, what stands on them, how the site would look. Afterwards: taking it back, in public."""

import re
from datetime import date

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.availability import actions, differences, drafting, impact, kept, leavers, queries
from content.availability.changes import AvailabilityChange
from content.availability.drafting import NewRow, NotDraftable
from content.availability.models import AvailabilityStatement, LeaverDecision, Publication
from content.programmes.models import Programme
from licensing.entitlements.models import Licence
from portal.core.models import ContentVersion
from portal.core.periods import Period
from portal.demo.accounts import PASSWORD
from tests.clock import NOW, instant
from tests.content.availability import test_changes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world")]
EU_WIDE = "2027-01-01"


def publish(client, change) -> Publication:
    assert test_changes.publish(client, change, password=PASSWORD).status_code == 302
    return Publication.objects.latest("number")


@pytest.fixture
def draft(staff, places, programmes):
    """Return a function that drafts rows (place, status, first, last) of a programme as the manager."""

    def drafted(*rows, programme="QOPI", reason="For a test"):
        new = [
            NewRow(places[code], status, date.fromisoformat(first), last and date.fromisoformat(last)) for code, status, first, last in rows
        ]
        return drafting.draft(programmes[programme], new, by=staff["writer"], reason=reason)

    return drafted


def page_of(client, change) -> str:
    return client.get(reverse("availability_change", args=[change.pk])).content.decode()


CHANGES = [
    [("EU", "suspended", EU_WIDE, None)],
    [("ES", "withdrawn", EU_WIDE, "2027-06-30"), ("EU", "", EU_WIDE, None)],
    [("BR", "pilot", "2020-01-01", "2020-12-31"), ("KE", "", "2026-12-01", None)],
    [("GB", "available", "2019-01-01", None), ("US_TERRITORIES", "by_licence", "2025-01-01", "2028-01-01")],
]


@pytest.mark.row("A10")
@pytest.mark.parametrize("rows", CHANGES, ids=range(len(CHANGES)))
def test_the_preview_names_exactly_the_answers_that_change(draft, programmes, rows):
    programme = programmes["QOPI"]
    drafted = draft(*rows).get_latest_revision_as_object()
    current = queries.assertions(programme)
    told = impact.changes(current, frozenset(drafted.applied(current)))
    before = queries.spans(programme_id=programme)[programme]
    with transaction.atomic():
        actions.publish(programme, drafted.applied, areas=drafted.areas(), by="x", now=NOW)
        touched = differences.differences(before, queries.spans(programme_id=programme)[programme])
        transaction.set_rollback(True)
    assert told == touched and len(told) > 0
    assert queries.assertions(programme) == current


@pytest.mark.row("A10")
def test_the_review_lists_answers_and_what_stands_on_them(draft, second, auditor):
    change = draft(("ES", "suspended", EU_WIDE, None), ("IN", "withdrawn", EU_WIDE, None), programme="QTP1")
    page = page_of(auditor, change)
    assert re.findall(r'<tr data-place="(\w+)">', page) == ["IN", "ES"]
    assert "1 January 2027, 00:00 in Madrid (31 December 2026, 23:00 UTC)" in page
    holders = {
        one.number
        for one in Licence.objects.filter(
            offering__programme__code="QTP1", places__code__in=["ES", "IN"], valid_to__gt=instant("2027-01-01")
        )
    }
    listed = set(re.findall(r'<a href="/cms/licences/([^/"]+)/"', page))
    assert listed == holders and holders
    assert "/cms/applications/" in page
    closed = page_of(second, change)  # a program manager who is a licensing manager as well reads the same
    assert "Licenses" in closed


@pytest.mark.row("A10")
def test_who_may_not_read_licenses_reads_how_many(draft, programmes, places):
    change = draft(("ES", "suspended", EU_WIDE, None), programme="QTP1").get_latest_revision_as_object()
    current = queries.assertions(programmes["QTP1"])
    changes = impact.changes(current, frozenset(change.applied(current)))
    told = impact.touched(programmes["QTP1"], changes, at=NOW, may=lambda permission: False)
    assert [(group.count > 0, group.lines) for group in told] == [(True, [])] * len(told) and told
    assert impact.touched(programmes["QTP1"], [], at=NOW, may=lambda permission: True) == []
    past = [differences.Difference(places["ES"], Period(instant("2010-01-01"), instant("2011-01-01")), None, "pilot")]
    assert impact.touched(programmes["QTP1"], past, at=NOW, may=lambda permission: True) == []


@pytest.mark.row("A10")
def test_a_review_costs_the_same_for_one_place_and_for_a_region(draft, second):
    counts = []
    for rows in ([("ES", "suspended", EU_WIDE, None)], [(code, "suspended", EU_WIDE, None) for code in ("EU", "ES", "IN", "KE")]):
        change = draft(*rows, programme="QTP1")
        page_of(second, change)
        with CaptureQueriesContext(connection) as asked:
            page_of(second, change)
        counts.append(len(asked))
    assert counts[0] == counts[1]  # one place, and five and thirty


@pytest.mark.row("A9")
def test_a_preview_is_the_page_as_it_would_be_and_is_kept_nowhere(draft, second, places):
    public = Client()
    address = "/en/availability/?programme=QOPI&as_of=2027-01-15"
    before = (public.get(address).content, ContentVersion.current(), AvailabilityStatement.objects.count())
    change = draft(("KE", "pilot", "2027-01-01", None), ("BR", "", "2027-01-01", None))
    preview = second.get(reverse("availability_preview", args=[change.pk]) + "?as_of=2027-01-15")
    page = preview.content.decode()
    assert "no-store" in preview.headers["Cache-Control"] and "ETag" not in preview.headers
    assert "Preview, for staff only." in page and 'id="place-KE" data-status="pilot"' in page and 'id="place-BR"' not in page
    assert f'href="/cms/availability-changes/{change.pk}/preview/KE/"' in page and "/api/v1/availability?" not in page
    country = second.get(reverse("availability_preview_place", args=[change.pk, "KE"]) + "?as_of=2027-01-15")
    assert "no-store" in country.headers["Cache-Control"]
    assert 'id="programme-QOPI" data-status="pilot"' in country.content.decode()
    kept.forget()
    assert (public.get(address).content, ContentVersion.current(), AvailabilityStatement.objects.count()) == before
    assert second.get(reverse("availability_preview", args=[change.pk]) + "?as_of=soon").status_code == 422


@pytest.mark.row("A9")
def test_a_preview_shows_what_readers_get_once_it_is_published(draft, second):
    change = draft(("KE", "pilot", "2027-01-01", None), ("EU", "suspended", "2027-01-01", None))
    rows = re.compile(r'<tr id="place-(\w+)" data-status="(\w+)">')
    shown = rows.findall(second.get(reverse("availability_preview", args=[change.pk]) + "?as_of=2027-01-15").content.decode())
    publish(second, change)
    assert rows.findall(Client().get("/en/availability/?programme=QOPI&as_of=2027-01-15").content.decode()) == shown
    assert second.get(reverse("availability_preview", args=[change.pk])).headers["Location"] == "/en/availability/?programme=QOPI"


@pytest.mark.row("A9")
def test_a_preview_is_for_those_who_may_read_drafts(draft, staff):
    change = draft(("KE", "pilot", "2027-01-01", None))
    for client in (Client(), test_changes.client_of(staff["editor"])):
        for address in (reverse("availability_preview", args=[change.pk]), reverse("availability_preview_place", args=[change.pk, "KE"])):
            response = client.get(address)
            assert response.status_code in (302, 403) and b"pilot" not in response.content


@pytest.mark.row("A9")
@pytest.mark.row("M7")
def test_taking_back_is_a_correction_by_two_people_and_readers_see_it(draft, manager, second, staff, programmes):
    before = queries.assertions(programmes["QOPI"])
    change = draft(("KE", "pilot", "2026-11-01", None), ("BR", "suspended", "2026-11-01", None), reason="By mistake")
    first = publish(second, change)
    assert first.correction is True  # it says of Brazil's past what was not said then
    response = manager.post(reverse("availability_undo", args=[change.pk]), {"reason": "The letter was about another year"})
    undo = AvailabilityChange.objects.latest("pk")
    assert response.headers["Location"] == reverse("availability_change", args=[undo.pk])
    form = manager.get(f"/cms/snippets/content/availabilitychange/edit/{undo.pk}/").content.decode()
    assert 'name="rows-MIN_NUM_FORMS" value="0"' in form and 'name="rows-0-area"' not in form
    assert "It takes back what was published on" in page_of(second, undo) and queries.assertions(programmes["QOPI"]) != before
    assert test_changes.publish(manager, undo, password=PASSWORD).status_code == 403
    correction = publish(second, undo)
    assert (correction.correction, correction.corrects, correction.by) == (True, first, str(staff["writer"]))
    assert queries.assertions(programmes["QOPI"]) == before
    country = Client().get("/en/countries/KE/").content.decode()
    assert re.search(r"Corrected on <time[^>]*>22 November 2026</time>:", country) and "The letter was about another year" in country
    assert country.index("Said before:") < country.index("Pilot", country.index("Said before:")) < country.index("Said instead:")
    feed = Client().get("/feeds/availability.atom").content.decode()
    titles = re.findall(r"<title>([^<]+)</title>", feed)[1:3]
    assert all(title.startswith("Correction: ") for title in titles)
    assert "Correction" in manager.get("/cms/availability/programmes/QOPI/").content.decode()


@pytest.mark.row("A9")
def test_what_only_ended_something_stands_in_the_feed_and_is_taken_back_once(draft, manager, second, staff, programmes):
    change = draft(("BR", "", "2027-01-01", None), reason="Brazil pauses")
    published = publish(second, change)
    assert published.correction is False
    feed = Client().get("/feeds/availability.atom?language=en").content.decode()
    assert "Brazil: QOPI®, Available" in feed or "Brazil" in re.findall(r"<title>([^<]+)</title>", feed)[1]
    drafting.undo(published, by=staff["writer"], reason="Again")
    with pytest.raises(NotDraftable) as refused:
        drafting.undo(published, by=staff["writer"], reason="Again")
    assert refused.value.code == "undo_waits"
    AvailabilityChange.objects.get(corrects=published).delete()
    publish(second, draft(("BR", "pilot", "2027-01-01", None)))
    response = manager.post(reverse("availability_undo", args=[change.pk]), {"reason": "Too late"})
    assert response.status_code == 422 and "Nothing of this stands any more" in response.content.decode()
    assert manager.post(reverse("availability_undo", args=[change.pk]), {"reason": ""}).status_code == 422
    assert not AvailabilityChange.objects.filter(publication=None).exists()


@pytest.mark.row("A9")
def test_only_who_may_draft_takes_back(draft, second, auditor):
    change = draft(("KE", "pilot", "2026-11-01", None))
    assert auditor.post(reverse("availability_undo", args=[change.pk]), {"reason": "No"}).status_code in (302, 403)
    assert second.post(reverse("availability_undo", args=[change.pk]), {"reason": "Not published yet"}).status_code == 404
    assert AvailabilityChange.objects.count() == 1


@pytest.fixture
def left(places, programmes):
    """Portugal leaves the EU tomorrow; QOPI is stated there through the EU only."""
    at = instant("2026-11-23T00:00+01:00")
    actions.record_membership(places["EU"], places["PT"], Period(at), member=False, by="x", now=NOW)
    return programmes["QOPI"], places["PT"], places["EU"], at


def test_a_place_that_leaves_a_region_is_a_task_until_somebody_decides(left, manager, second, staff):
    assert left in [(task.programme, task.left.place, task.left.region, task.left.at) for task in leavers.tasks()]
    assert "Places that leave a region" in manager.get("/cms/day/").content.decode()
    page = manager.get("/cms/availability/leaving/").content.decode()
    assert "Leaves the region on 23 November 2026, 00:00 in Brussels (22 November 2026, 23:00 UTC): European Union." in page
    data = dict(zip(("programme", "place", "region", "at"), (*left[:3], left[3].isoformat()), strict=True))
    assert manager.post("/cms/availability/leaving/", {**data, "reason": "", "keep": "1"}).status_code == 422
    assert manager.post("/cms/availability/leaving/", {**data, "reason": "The agreement goes on", "keep": "1"}).status_code == 302
    assert manager.post("/cms/availability/leaving/", {**data, "reason": "Twice", "keep": "1"}).status_code == 422
    publish(second, AvailabilityChange.objects.get())
    assert left not in [(task.programme, task.left.place, task.left.region, task.left.at) for task in leavers.tasks()]
    answer = queries.answers(left[0], as_of=left[3])[left[1]]
    assert (answer.status, answer.sources[0].own) == ("available", True)


def test_it_may_stay_so_for_a_reason(left, manager, auditor, staff):
    data = dict(zip(("programme", "place", "region", "at"), (*left[:3], left[3].isoformat()), strict=True))
    assert auditor.post("/cms/availability/leaving/", {**data, "reason": "No"}).status_code in (302, 403)
    for bad in ({"region": left[1]}, {"at": "2026-11-23"}, {"at": "soon"}):
        assert manager.post("/cms/availability/leaving/", {**data, **bad, "reason": "No"}).status_code == 422
    assert not LeaverDecision.objects.exists()
    for unknown in ("999999", "9" * 30, "-1"):
        for decision in ({}, {"keep": "1"}):
            answer = manager.post("/cms/availability/leaving/", {**data, "programme": unknown, **decision, "reason": "No"})
            assert (answer.status_code, "This is decided already" in answer.content.decode()) == (422, True)
    assert not LeaverDecision.objects.exists() and not AvailabilityChange.objects.filter(reason="No").exists()
    assert manager.post("/cms/availability/leaving/", {**data, "reason": "Nobody runs it there"}).status_code == 302
    made = LeaverDecision.objects.get()
    assert (made.by, made.reason, made.left_at, made.decided_at) == (staff["writer"], "Nobody runs it there", left[3], NOW)
    assert left not in [(task.programme, task.left.place, task.left.region, task.left.at) for task in leavers.tasks()]
    assert manager.post("/cms/availability/leaving/", {**data, "reason": "Again"}).status_code == 422
    assert (LeaverDecision.objects.count(), Programme.objects.count()) == (1, 5)
