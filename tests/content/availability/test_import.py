"""The same file by the command and in the CMS: reported first, drafted whole or not at all, published by another."""

import base64
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from content.availability import drafting
from content.availability.changes import AvailabilityChange
from content.availability.models import AvailabilityStatement, Publication
from portal.accounts.models import User
from portal.core.models import OutboxMessage
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


def test_a_file_without_a_person_is_published_by_whoever_may_and_said_to_be_an_import(lists, staff, capsys, tmp_path):
    run(capsys, tmp_path, FILE)
    publish(client_of(staff["second"]), AvailabilityChange.objects.get(programme__code="QOPI"))
    row = Publication.objects.get(imported_at=None)
    assert (row.by, row.approved_by, row.correction) == ("import", "Second", False)


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
