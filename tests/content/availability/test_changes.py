"""Changes as staff make them, through the CMS: drafted by one, published by another, once."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.availability import drafting
from content.availability.changes import AvailabilityChange, NotPublishable, to_publish
from content.availability.models import AvailabilityStatement, Publication
from portal import postbox
from portal.accounts.models import User
from portal.core.models import OutboxMessage, SentMail
from tests import build
from tests.clock import instant

PASSWORD = build.PASSWORD
ADD = "/cms/snippets/content/availabilitychange/add/"
KENYA = ("KE", "available", "2027-03-01", "")
pytestmark = pytest.mark.row("A9")


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form(programme, places, *rows, **fields):
    """Return the posted form of a change: rows are (area code, status, first day, last day)."""
    data = {
        "programme": programme,
        "reason": "Kenya opens",
        "source": "A letter",
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "rows-TOTAL_FORMS": len(rows),
        "rows-INITIAL_FORMS": 0,
        "rows-MIN_NUM_FORMS": 1,
        "rows-MAX_NUM_FORMS": 1000,
    }
    for n, (code, status, first, last) in enumerate(rows):
        data |= {
            f"rows-{n}-area": places[code],
            f"rows-{n}-status": status,
            f"rows-{n}-valid_from": first,
            f"rows-{n}-valid_to": last,
            f"rows-{n}-note_en": "Ask first.",
            f"rows-{n}-note_es": "Pregunte antes.",
            f"rows-{n}-ORDER": n + 1,
            f"rows-{n}-id": "",
        }
    return data | fields


def drafted(client, programmes, places, *rows, **fields) -> AvailabilityChange:
    response = client.post(ADD, form(programmes["QOPI"], places, *(rows or (KENYA,)), **fields))
    assert response.status_code == 302, response.context["form"].errors
    return AvailabilityChange.objects.latest("pk")


def edit(client, change, programmes, places, *rows, **fields):
    there = list(change.rows.order_by("sort_order"))
    ids = {f"rows-{n}-id": row.pk for n, row in enumerate(there)}
    latest = AvailabilityChange.objects.get(pk=change.pk).latest_revision
    seen = {"loaded_revision_id": latest.pk, "loaded_revision_created_at": latest.created_at.isoformat()}
    data = form(programmes["QOPI"], places, *rows, **{"rows-INITIAL_FORMS": len(there)}, **ids, **{**seen, **fields})
    return client.post(f"/cms/snippets/content/availabilitychange/edit/{change.pk}/", data)


def publish(client, change, *, password=PASSWORD, revision=None):
    data = {"password": password, "revision": revision or AvailabilityChange.objects.get(pk=change.pk).latest_revision_id}
    return client.post(reverse("availability_change", args=[change.pk]), data)


def nothing_published() -> bool:
    return (AvailabilityStatement.objects.count(), Publication.objects.count(), AvailabilityChange.objects.filter(live=True).count()) == (
        0,
        0,
        0,
    )


def test_a_draft_states_nothing(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    assert (change.live, change.drafted_by) == (False, staff["writer"])
    assert change.latest_revision.content["rows"][0]["note_es"] == "Pregunte antes."
    assert nothing_published()


def test_a_second_person_publishes_and_it_is_true_from_that_places_midnight(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    response = publish(client_of(staff["second"]), change)
    assert response.status_code == 302
    row = AvailabilityStatement.objects.get()
    assert (row.area_id, row.status, row.valid_from, row.valid_to) == (places["KE"], "available", instant("2027-02-28T21:00"), None)
    assert (row.note_en, row.note_es, row.source) == ("Ask first.", "Pregunte antes.", "A letter")
    assert (row.publication.by, row.publication.approved_by, row.publication.reason) == ("Writer", "Second", "Kenya opens")
    change.refresh_from_db()
    assert (change.live, change.publication) == (True, row.publication)


def test_a_region_counts_its_days_on_its_own_clock(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places, ("EU", "pilot", "2027-03-01", "2027-06-30"))
    publish(client_of(staff["second"]), change)
    row = AvailabilityStatement.objects.get()
    assert (row.valid_from, row.valid_to) == (instant("2027-02-28T23:00"), instant("2027-06-30T22:00"))


def test_the_writer_cannot_publish_own_words(staff, programmes, places):
    client = client_of(staff["writer"])
    change = drafted(client, programmes, places)
    assert "You wrote this change" in client.get(reverse("availability_change", args=[change.pk])).content.decode()
    assert publish(client, change).status_code == 403
    assert nothing_published()


def test_a_superuser_is_not_above_it(staff, programmes, places):
    User.objects.filter(pk=staff["writer"].pk).update(is_superuser=True)
    client = client_of(User.objects.get(pk=staff["writer"].pk))
    change = drafted(client, programmes, places)
    assert publish(client, change).status_code == 403
    assert nothing_published()


def test_the_button_of_the_cms_is_no_second_door(staff, programmes, places):
    User.objects.filter(pk=staff["second"].pk).update(is_superuser=True)
    second = client_of(User.objects.get(pk=staff["second"].pk))
    change = drafted(client_of(staff["writer"]), programmes, places)
    page = second.get(f"/cms/snippets/content/availabilitychange/edit/{change.pk}/").content.decode()
    assert 'name="action-publish"' not in page
    assert reverse("availability_change", args=[change.pk]) in page
    edit(second, change, programmes, places, KENYA, **{"action-publish": "1"})
    assert nothing_published()


def test_a_wrong_password_publishes_nothing(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    response = publish(client_of(staff["second"]), change, password="something else")
    assert response.status_code == 422
    assert nothing_published()


def test_who_may_not_publish_sees_nothing(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    assert publish(client_of(staff["editor"]), change).status_code in (302, 403)
    assert publish(Client(), change).status_code == 302
    assert nothing_published()


def test_an_edit_by_the_second_person_makes_an_author_of_him(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    second = client_of(staff["second"])
    edit(second, change, programmes, places, ("IN", *KENYA[1:]))
    assert publish(second, change).status_code == 403
    assert nothing_published()


def test_sending_the_form_unchanged_makes_nobody_an_author(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    second = client_of(staff["second"])
    edit(second, change, programmes, places, KENYA)
    assert change.revisions.count() == 1
    assert publish(second, change).status_code == 302
    assert AvailabilityStatement.objects.count() == 1


def test_neither_does_it_where_the_two_read_the_cms_in_different_languages(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    User.objects.filter(pk=staff["second"].pk).update(language="es")
    second = client_of(User.objects.get(pk=staff["second"].pk))
    edit(second, change, programmes, places, KENYA)
    assert change.revisions.count() == 1
    edit(client_of(staff["writer"]), change, programmes, places, KENYA, **{"rows-0-note_ar": "اسأل"})
    assert change.revisions.count() == 2  # a note in any one language is a change
    assert publish(second, change).status_code == 302
    row = AvailabilityStatement.objects.get()
    assert (row.note_en, row.note_es, row.note_ar) == ("Ask first.", "Pregunte antes.", "اسأل")


def test_what_was_published_is_not_written_over_at_the_address_of_a_copy(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    second = client_of(staff["second"])
    publish(second, change)
    told = form(programmes["QOPI"], places, ("IN", *KENYA[1:]), reason="Another")
    assert second.post(f"/cms/snippets/content/availabilitychange/copy/{change.pk}/", told).status_code == 404
    [stored] = AvailabilityChange.objects.all()
    assert (stored.reason, [row.area_id for row in stored.rows.all()], stored.drafted_by) == (
        "Kenya opens",
        [places["KE"]],
        staff["writer"],
    )


def test_an_edit_while_the_second_person_reads_is_not_published_unseen(staff, programmes, places):
    writer, second = client_of(staff["writer"]), client_of(staff["second"])
    change = drafted(writer, programmes, places)
    seen = change.latest_revision_id
    edit(writer, change, programmes, places, ("IN", *KENYA[1:]))
    assert publish(second, change, revision=seen).status_code == 403
    assert nothing_published()
    assert publish(second, change).status_code == 302
    assert AvailabilityStatement.objects.get().area_id == places["IN"]


def test_what_was_read_under_a_number_is_never_overwritten(staff, programmes, places):
    writer, second = client_of(staff["writer"]), client_of(staff["second"])
    change = drafted(writer, programmes, places)
    seen = change.latest_revision_id
    edit(writer, change, programmes, places, ("IN", *KENYA[1:]), overwrite_revision_id=seen)
    with pytest.raises(NotPublishable):
        change.revisions.get(pk=seen).publish(user=staff["second"])
    assert change.revisions.get(pk=seen).content["rows"][0]["area"] == places["KE"]
    assert publish(second, change, revision=seen).status_code == 403
    assert nothing_published()


def test_a_form_opened_before_a_colleague_added_rows_takes_none_out(staff, programmes, places):
    writer, second = client_of(staff["writer"]), client_of(staff["second"])
    change = drafted(writer, programmes, places)
    opened = change.latest_revision_id
    drafting.extend(change.pk, [drafting.NewRow(places["IN"], "pilot", date(2027, 4, 1))], by=staff["second"])
    for seen in ({"loaded_revision_id": opened}, {"loaded_revision_id": ""}, {"loaded_revision_created_at": ""}):
        response = edit(writer, change, programmes, places, KENYA, reason="Mine", **seen)
        page = response.content.decode()
        assert response.status_code == 200 and "Not saved: Second edited this draft on" in page
        assert 'name="loaded_revision_created_at" value=""' in page and 'value="Mine"' in page
    [draft] = drafting.waiting()
    assert ([row.area for row in draft.rows], draft.reason) == ([places["KE"], places["IN"]], "Kenya opens")
    assert publish(second, change).status_code == 403
    assert nothing_published()


def test_rows_are_added_once_and_never_to_what_is_published(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    row = drafting.NewRow(places["IN"], "pilot", date(2027, 4, 1), None, (("es", "Pregunte."),))
    drafting.extend(change.pk, [row], by=staff["writer"])
    with pytest.raises(drafting.NotDraftable) as refused:
        drafting.extend(change.pk, [row], by=staff["writer"])
    assert (refused.value.code, change.revisions.count()) == ("nothing_new", 2)
    assert publish(client_of(staff["second"]), change).status_code == 302
    assert AvailabilityStatement.objects.count() == 2
    for pk, code in ((change.pk, "published"), (999_999, "gone")):
        with pytest.raises(drafting.NotDraftable) as refused:
            drafting.extend(pk, [drafting.NewRow(places["ES"], "pilot", date(2027, 4, 1))], by=staff["writer"])
        assert refused.value.code == code
    assert change.revisions.count() == 2


def test_a_change_is_published_once(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    second = client_of(staff["second"])
    publish(second, change)
    assert publish(second, change).status_code == 403
    assert edit(second, change, programmes, places, ("IN", *KENYA[1:])).status_code == 302
    assert (Publication.objects.count(), AvailabilityStatement.objects.count(), change.revisions.count()) == (1, 1, 1)


def test_what_was_published_is_neither_taken_back_nor_deleted(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    User.objects.filter(pk=staff["second"].pk).update(is_superuser=True)
    second = client_of(User.objects.get(pk=staff["second"].pk))
    publish(second, change)
    change = AvailabilityChange.objects.get()
    second.post(f"/cms/snippets/content/availabilitychange/unpublish/{change.pk}/")
    second.post(f"/cms/snippets/content/availabilitychange/delete/{change.pk}/")
    second.post(f"/cms/bulk/content/availabilitychange/delete/?id={change.pk}")
    with pytest.raises(PermissionDenied):
        change.unpublish(user=staff["second"])
    with pytest.raises(PermissionDenied):
        change.delete()
    assert list(AvailabilityChange.objects.values_list("live", flat=True)) == [True]
    assert AvailabilityStatement.objects.known_at(None).count() == 1


def test_no_scheduler_publishes(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    with pytest.raises(NotPublishable) as refused:
        change.latest_revision.publish()
    assert refused.value.code == "not_confirmed"
    assert nothing_published()


def test_what_changes_nothing_is_not_published(staff, programmes, places):
    publish(client_of(staff["second"]), drafted(client_of(staff["writer"]), programmes, places))
    again = drafted(client_of(staff["writer"]), programmes, places)
    response = publish(client_of(staff["second"]), again)
    assert response.status_code == 403
    assert "This changes nothing" in response.content.decode()
    assert (Publication.objects.count(), AvailabilityChange.objects.get(pk=again.pk).live) == (1, False)


def test_parallel_changes_merge(lists, staff, programmes, places):
    writer, second = client_of(staff["writer"]), client_of(staff["second"])
    before = AvailabilityStatement.objects.known_at(None).count()
    pause = drafted(writer, programmes, places, ("BR", "suspended", "2027-01-01", "2027-01-31"))
    end = drafted(writer, programmes, places, ("PK", "", "2027-01-01", ""))
    publish(second, end)
    publish(second, pause)
    brazil = AvailabilityStatement.objects.known_at(None).filter(area=places["BR"], valid_from__gte=instant("2023-01-01"))
    assert [row.status for row in brazil.order_by("valid_from")] == ["available", "suspended", "available"]
    assert not AvailabilityStatement.objects.known_at(None).filter(area=places["PK"], valid_to=None).exists()
    assert AvailabilityStatement.objects.known_at(None).count() == before + 2


def test_a_last_day_before_the_first_is_refused_at_the_form(staff, programmes, places):
    client = client_of(staff["writer"])
    response = client.post(ADD, form(programmes["QOPI"], places, ("KE", "pilot", "2027-03-02", "2027-03-01")))
    assert response.status_code == 200
    assert "The last day is before the first." in response.content.decode()
    assert AvailabilityChange.objects.count() == 0


@pytest.mark.parametrize("page", ["", "edit/{}/", "history/{}/", "usage/{}/"])
def test_the_pages_of_the_cms_open(staff, programmes, places, page):
    change = drafted(client_of(staff["writer"]), programmes, places)
    response = client_of(staff["second"]).get(f"/cms/snippets/content/availabilitychange/{page.format(change.pk)}")
    assert response.status_code == 200


def test_the_review_page_says_what_would_end_and_begin(lists, staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places, ("BR", "suspended", "2027-01-01", ""))
    page = client_of(staff["second"]).get(reverse("availability_change", args=[change.pk])).content.decode()
    assert "1 January 2027, 00:00 in Sao Paulo (03:00 UTC)" in page
    assert page.index("Ends or is cut") < page.index("Brazil: Available") < page.index("Brazil: Suspended")


def letters() -> list[tuple[str, str, str]]:
    postbox.deliver(now=timezone.now())
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    return sorted(SentMail.objects.values_list("recipient", "language", "subject"))


def test_who_may_publish_a_draft_gets_a_letter_in_their_language_once(staff, programmes, places):
    User.objects.filter(pk=staff["second"].pk).update(language="es")
    writer = client_of(staff["writer"])
    change = drafted(writer, programmes, places)
    told = [("second@demo.example", "es", "Disponibilidad de QOPI®: un cambio espera a una segunda persona")]
    assert letters() == told
    edit(writer, change, programmes, places, ("IN", *KENYA[1:]))
    assert letters() == told
    text = SentMail.objects.get().text
    assert f"/cms/availability-changes/{change.pk}/" in text and "Kenya opens" in text and "Writer" in text


def test_what_is_published_before_the_letter_leaves_is_told_to_nobody(staff, programmes, places):
    publish(client_of(staff["second"]), drafted(client_of(staff["writer"]), programmes, places))
    assert letters() == []


def test_a_draft_waits_on_the_first_page_of_who_may_publish_it_and_of_nobody_else(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    line = f'<a href="/cms/availability-changes/{change.pk}/">Changes of availability to publish</a>'
    pages = {name: client_of(staff[name]).get("/cms/").content.decode() for name in staff}
    assert {name: line in page for name, page in pages.items()} == {"writer": False, "second": True, "editor": False}
    assert [list(to_publish(staff[name].pk)) for name in ("writer", "second")] == [[], [change]]
    publish(client_of(staff["second"]), change)
    assert list(to_publish(staff["second"].pk)) == []


def test_review_is_a_button_beside_save(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    page = client_of(staff["writer"]).get(f"/cms/snippets/content/availabilitychange/edit/{change.pk}/").content.decode()
    footer = page[page.index("<footer") : page.index("</footer>")]
    assert f'<a class="button" href="/cms/availability-changes/{change.pk}/">Review and publish</a>' in footer
    assert page.count("Review and publish") == 1


def test_the_list_leads_the_second_person_to_the_page_where_a_change_is_published(staff, programmes, places):
    change = drafted(client_of(staff["writer"]), programmes, places)
    page = client_of(staff["second"]).get("/cms/snippets/content/availabilitychange/").content.decode()
    cell = re.search(rf'<a[^>]*href="/cms/availability-changes/{change.pk}/"[^>]*>\s*([^<]+?)\s*</a>', page)
    assert cell and cell[1] == "Waits for a second person"


def test_the_list_says_what_a_change_is_and_what_is_stated_today(lists, staff):
    page = client_of(staff["second"]).get("/cms/snippets/content/availabilitychange/").content.decode()
    assert "No change is drafted or published yet." in page and "Draft a change" in page
    assert re.findall(r'<a href="(/en/availability/[^"]+)"><bdi lang="en">([^<]+)</bdi></a>: (\d+) ', page)[:2] == [
        ("/en/availability/?programme=QOPI", "QOPI®", "46"),
        ("/en/availability/?programme=QCP", "QOPI® Certification", "0"),
    ]
