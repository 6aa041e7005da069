"""The same file by the command and in the CMS: reported first, drafted whole or not at all, published by another."""

import base64
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from content.availability import drafting
from content.availability.changes import AvailabilityChange
from content.availability.models import AvailabilityStatement, Publication
from portal import postbox
from portal.accounts.models import User
from portal.core.models import OutboxMessage, SentMail
from tests import build
from tests.content.availability.test_changes import PASSWORD, client_of, publish

pytestmark = pytest.mark.row("A9")
FILE = "programme,place,status,from,to,note\nQOPI,KE,available,2027-03-01,,Ask first.\nQOPI,BR,available,2024-01-01,,\nQCP,KE,pilot,2027-03-01,2027-12-31,\n"
URL = "/cms/availability/import/"


def run(capsys, tmp_path, text, *options):
    path = tmp_path / "openings.csv"
    path.write_text(text)
    call_command("import_availability", str(path), *options)
    return capsys.readouterr().out


def nothing_drafted():
    return (AvailabilityChange.objects.count(), Publication.objects.filter(imported_at=None).count(), OutboxMessage.objects.count()) == (
        0,
        0,
        0,
    )


def test_a_dry_run_tells_each_line_and_writes_nothing(lists, capsys, tmp_path):
    said = run(capsys, tmp_path, FILE, "--dry-run").splitlines()
    assert [re.split(r"\s{2,}", line)[:5] for line in said[:3]] == [
        ["line 2", "new", "QOPI", "KE", "available"],
        ["line 3", "unchanged", "QOPI", "BR", "available"],
        ["line 4", "new", "QCP", "KE", "pilot"],
    ]
    assert said[3:] == ["1 unchanged, 2 new, 0 changed, 0 corrected, 0 refused", "Nothing was written (dry run)."]
    assert nothing_drafted()


def test_the_command_drafts_one_change_a_program_and_publishes_nothing(lists, places, staff, capsys, tmp_path):
    before = AvailabilityStatement.objects.count()
    said = run(capsys, tmp_path, FILE, "--by", "writer@demo.example", "--source", "A letter")
    drafts = {one.programme.code: one for one in drafting.waiting()}
    assert {code: [(row.area, row.status, str(row.first), row.notes) for row in one.rows] for code, one in drafts.items()} == {
        "QOPI": [(places["KE"], "available", "2027-03-01", (("en", "Ask first."),))],
        "QCP": [(places["KE"], "pilot", "2027-03-01", ())],
    }
    assert {(one.by, one.reason, one.source) for one in drafts.values()} == {("Writer", "Import of openings.csv", "A letter")}
    assert f"/cms/availability-changes/{drafts['QOPI'].id}/" in said
    assert AvailabilityStatement.objects.count() == before
    assert publish(client_of(staff["writer"]), AvailabilityChange.objects.get(pk=drafts["QOPI"].id)).status_code == 403
    assert publish(client_of(staff["second"]), AvailabilityChange.objects.get(pk=drafts["QOPI"].id)).status_code == 302
    assert drafting.waiting()[0].programme.code == "QCP"
    assert "1 unchanged" not in run(capsys, tmp_path, FILE, "--dry-run") and len(drafting.waiting()) == 1


@pytest.fixture
def without_a_person(lists, staff, capsys, tmp_path):
    """A draft of QOPI out of a file that came without a person."""
    said = run(capsys, tmp_path, FILE)
    change = AvailabilityChange.objects.get(programme__code="QOPI")
    waits = f"QOPI: a draft waits for somebody who takes it on, and then for a second person, at http://testserver/cms/availability-changes/{change.pk}/"
    assert waits in said
    return change


def test_a_file_without_a_person_is_published_by_nobody_before_somebody_takes_it_on(without_a_person, staff):
    second = client_of(staff["second"])
    address = f"/cms/availability-changes/{without_a_person.pk}/"
    page = second.get(address).content.decode()
    assert "Nobody stands for this change" in page and "Take it on" in page and "Publish now" not in page
    assert publish(second, without_a_person).status_code == 403
    assert not Publication.objects.filter(imported_at=None).exists()
    assert client_of(staff["writer"]).post(f"{address}take-on/").status_code == 302
    assert publish(client_of(staff["writer"]), without_a_person).status_code == 403
    assert not Publication.objects.filter(imported_at=None).exists()
    assert "Take it on" not in second.get(address).content.decode()
    assert publish(second, without_a_person).status_code == 302
    row = Publication.objects.get(imported_at=None)
    assert (row.by, row.approved_by, row.reason) == ("Writer", "Second", "Import of openings.csv")
    without_a_person.refresh_from_db()
    assert without_a_person.drafted_by == staff["writer"]


def test_who_edits_or_saves_what_came_without_a_person_takes_it_on(without_a_person, staff, places):
    change = without_a_person.get_latest_revision_as_object()
    change.save_revision(user=staff["writer"])
    drafting.extend(change.pk, [drafting.NewRow(places["KE"], "pilot", date(2030, 1, 1))], by=staff["second"])
    for person in ("writer", "second"):
        assert publish(client_of(staff[person]), change).status_code == 403
    assert not Publication.objects.filter(imported_at=None).exists()


def test_the_same_file_once_more_makes_no_second_draft_and_its_person_takes_the_first_one_on(without_a_person, staff, capsys, tmp_path):
    assert run(capsys, tmp_path, FILE).count("a draft waits for somebody who takes it on") == 2
    told = run(capsys, tmp_path, FILE, "--by", "writer@demo.example")
    assert f"QOPI: a draft waits for a second person at http://testserver/cms/availability-changes/{without_a_person.pk}/" in told
    again = {"kept": base64.b64encode(FILE.encode()).decode(), "reason": "Import of openings.csv", "draft": "1"}
    assert client_of(staff["second"]).post(URL, again).status_code == 302
    assert sorted((one.programme.code, one.by) for one in drafting.waiting()) == [("QCP", "Writer"), ("QOPI", "Writer")]
    assert OutboxMessage.objects.count() == 4  # each was told when it came, and when somebody stood for it
    for other in (FILE.replace("2027-03-01", "2027-03-02"), FILE.replace("Ask first.", "اسأل أولاً")):
        run(capsys, tmp_path, other)
    run(capsys, tmp_path, FILE, "--source", "Another letter")
    assert sorted(one.programme.code for one in drafting.waiting()) == ["QCP"] * 3 + ["QOPI"] * 4


@pytest.mark.parametrize("meanwhile", ["taken on", "deleted"])
def test_what_somebody_took_on_or_deleted_while_the_file_was_read_stops_nothing(without_a_person, staff, monkeypatch, meanwhile):
    stale = drafting.waiting()
    if meanwhile == "deleted":
        AvailabilityChange.objects.get(pk=without_a_person.pk).delete()
    else:
        drafting.take_on(without_a_person.pk, by=staff["second"])
    again = {"kept": base64.b64encode(FILE.encode()).decode(), "reason": "Import of openings.csv", "draft": "1"}
    with monkeypatch.context() as before:
        before.setattr(drafting, "waiting", lambda programme: [one for one in stale if one.programme.pk == programme])
        assert client_of(staff["writer"]).post(URL, again).status_code == 302
    found = sorted((one.programme.code, one.by) for one in drafting.waiting())
    assert found == [("QCP", "Writer"), ("QOPI", "Writer" if meanwhile == "deleted" else "Second")]


def test_it_is_taken_on_once_and_only_by_who_may_draft(without_a_person, staff, auditor):
    address = f"/cms/availability-changes/{without_a_person.pk}/take-on/"
    for client in (auditor, client_of(staff["editor"]), Client()):
        assert client.post(address).status_code in (302, 403)
    assert AvailabilityChange.objects.get(pk=without_a_person.pk).drafted_by is None
    client_of(staff["writer"]).post(address)
    answer = client_of(staff["second"]).post(address, follow=True).content.decode()
    assert "Somebody stands for this change already." in answer
    assert AvailabilityChange.objects.get(pk=without_a_person.pk).drafted_by == staff["writer"]
    assert without_a_person.revisions.count() == 2
    assert client_of(staff["writer"]).post("/cms/availability-changes/999999/take-on/").status_code == 404


def test_both_who_takes_it_on_and_who_publishes_are_told_by_letter(without_a_person, staff):
    postbox.deliver(now=timezone.now())
    first = sorted(SentMail.objects.filter(message__payload__change=without_a_person.pk).values_list("recipient", "subject"))
    waits = "Availability of QOPI®: a file waits for somebody who takes it on"
    assert first == [("second@demo.example", waits), ("writer@demo.example", waits)]
    drafting.take_on(without_a_person.pk, by=staff["writer"])
    postbox.deliver(now=timezone.now())
    last = SentMail.objects.latest("pk")
    assert (last.recipient, last.subject) == ("second@demo.example", "Availability of QOPI®: a change waits for a second person")
    assert "Writer drafted a change" in last.text and SentMail.objects.filter(message__payload__change=without_a_person.pk).count() == 3


def test_an_empty_list_ends_nothing(lists, capsys, tmp_path):
    stated = AvailabilityStatement.objects.known_at(None).count()
    said = run(capsys, tmp_path, "programme,place,status,from\nQOPI,BR,available,2024-01-01\n")
    assert said.splitlines()[-1] == "1 unchanged, 0 new, 0 changed, 0 corrected, 0 refused"
    assert (AvailabilityStatement.objects.known_at(None).count(), nothing_drafted()) == (stated, True)


@pytest.mark.parametrize(
    "text, options, message",
    [
        (FILE + "QOPI,XX,pilot,2027-01-01,,\nQOPI,YY,pilot,no,,\n", [], "openings.csv: 2 lines cannot be used, nothing was written; line 5, place: There is no country"),
        ("\n", [], "openings.csv: The file has no lines."),
        ("place,from\nKE,2027-01-01\n", [], "openings.csv: A column is missing: status."),
        (FILE, ["--programme", "NOPE"], "--programme: “NOPE” is not usable"),
        (FILE, ["--by", "editor@demo.example"], "--by: “editor@demo.example” is not usable"),
        (FILE, ["--reason", "x" * 251], "--reason: longer than 250 characters"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_writes_nothing(lists, staff, capsys, tmp_path, text, options, message):
    with pytest.raises(CommandError) as refused:
        run(capsys, tmp_path, text, *options)
    assert str(refused.value).startswith(message) and "\n" not in str(refused.value)
    assert nothing_drafted()


def test_a_file_that_is_not_there(db, tmp_path):
    with pytest.raises(CommandError, match=r"none\.csv: No such file or directory$"):
        call_command("import_availability", str(tmp_path / "none.csv"))


def send(client, text, **fields):
    file = SimpleUploadedFile("openings.csv", text.encode())
    return client.post(URL, {"file": file, "reason": "Openings of spring", "source": "A letter", **fields})


def test_in_the_cms_a_file_is_reported_first_and_drafted_on_request(lists, staff):
    client = client_of(staff["writer"])
    response = send(client, FILE, check="1")
    page = response.content.decode()
    assert response.status_code == 200 and nothing_drafted()
    assert (
        "<b>2</b> new" in page and "<b>1</b> unchanged" in page and "1 March 2027, 00:00 in Nairobi (28 February 2027, 21:00 UTC)" in page
    )
    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]
    assert base64.b64decode(kept).decode() == FILE
    assert client.post(URL, {"kept": kept, "reason": "Openings of spring", "draft": "1"}).status_code == 302
    assert sorted((one.programme.code, one.by, one.reason, len(one.rows)) for one in drafting.waiting()) == [
        ("QCP", "Writer", "Openings of spring", 1),
        ("QOPI", "Writer", "Openings of spring", 1),
    ]


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"file": FILE + "QOPI,XX,pilot,2027-01-01,,\n"}, "There is no country, territory or region “XX”."),
        ({"file": "place\x00;;;"}, "A column is missing"),
        ({"file": FILE, "reason": ""}, "This field is required."),
        ({"kept": "not base 64"}, "Choose a file."),
        ({"kept": "é"}, "Choose a file."),
        ({"kept": "ملف"}, "Choose a file."),
        ({"kept": "/w=="}, "The file is no text in UTF-8."),
        ({}, "Choose a file."),
    ],
)
def test_what_cannot_be_used_is_not_drafted(lists, staff, fields, said):
    data = {"reason": "Openings", **fields, "draft": "1"}
    if "file" in data:
        data["file"] = SimpleUploadedFile("openings.csv", data["file"].encode())
    response = client_of(staff["writer"]).post(URL, data)
    assert response.status_code == 422 and said in response.content.decode()
    assert nothing_drafted()


def test_who_may_not_draft_imports_nothing(lists, staff):
    reader = User.objects.create_user("auditor@demo.example", PASSWORD, name="Auditor")
    build.into_groups(reader, "Auditors")
    for client in (client_of(reader), client_of(staff["editor"]), Client()):
        assert send(client, FILE, draft="1").status_code in (302, 403)
    assert nothing_drafted()
