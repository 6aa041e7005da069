"""Papers in the application form: attached without a script, refused with a sentence, seen by who may see the application and nobody else."""

import hashlib
import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from licensing import lifecycle
from licensing.applications import clarifying, filing
from licensing.applications.clarifying import Asked
from licensing.applications.models import ApplicationFile
from licensing.applications.rules import NotAllowed, Side, State
from licensing.history.models import Event
from portal import postbox
from tests import build
from tests.clock import NOW, TODAY
from tests.licensing.applications.samples import HTML, JPG, PICTURE, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
DESK = "/en/desk/applications"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def eco():
    return build.society("Fundación de Prueba (DEMO)")


@pytest.fixture
def draft(eco):
    return build.draft(eco)


@pytest.fixture
def owner(client, eco):
    client.force_login(build.owner_of(eco))
    return client


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def file(name: str, content: bytes, content_type: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=content_type)


def attach(client, application, *files, press="go", key="signing_powers_file", step="signatories", **more):
    page = f"{DESK}/{application.number}/{step}/"
    seen = html.unescape(re.search(r'name="seen" value="([^"]*)"', client.get(page).content.decode())[1])
    return client.post(page, {"seen": seen, press: "on", key: list(files), **more})


def given(application, content=None, *, key="signing_powers_file", name="Resolution.pdf"):
    from io import BytesIO

    by = build.actor(build.owner_of(application.organisation), application.organisation)
    return filing.attach(application.pk, key, BytesIO(content or pdf()), name=name, side=Side.OWNER, by=by, now=NOW)


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def stored(vault) -> list[str]:
    return [path.name for path in vault.rglob("*") if path.is_file()]


def test_the_form_says_what_it_takes_and_works_without_a_script(owner, draft):
    page = text(owner.get(f"{DESK}/{draft.number}/signatories/"))
    assert 'enctype="multipart/form-data"' in page and 'type="file"' in page and "multiple" in page
    assert "Up to 3 files: PDF, PNG or JPEG, at most 10 MB each." in page and "Kept private" in page


def test_papers_are_attached_listed_and_sent_as_attachments(owner, draft, vault):
    content = pdf()
    attach(owner, draft, file("Poderes ñ.pdf", content), file("Scan.JPG", JPG, "text/html"), file("a.png", PICTURE))
    rows = list(ApplicationFile.objects.values_list("name", "content_type", "size"))
    assert rows == [
        ("Poderes ñ.pdf", "application/pdf", len(content)),
        ("Scan.jpg", "image/jpeg", len(JPG)),
        ("a.png", "image/png", len(PICTURE)),
    ]
    page = text(owner.get(f"{DESK}/{draft.number}/signatories/"))
    assert "Poderes ñ.pdf" in page and "No more files can be attached here." in page and 'type="file"' not in page
    assert all(key.startswith("documents/applications/") for key in ApplicationFile.objects.values_list("vault_key", flat=True))
    assert Event.objects.of(draft).filter(payload__keys=["signing_powers_file"]).count() == 3


@pytest.mark.check("S37")
@pytest.mark.parametrize(
    "content, name, content_type", [(pdf(), "p.pdf", "application/pdf"), (PICTURE, "p.png", "image/png"), (JPG, "p.jpg", "image/jpeg")]
)
def test_what_comes_back_is_an_attachment_of_its_kind_that_can_do_nothing(owner, draft, content, name, content_type):
    made = given(draft, content, name="p.html")
    answer = owner.get(f"{DESK}/{draft.number}/files/{made.pk}/")
    assert (answer.status_code, body(answer)) == (200, content)
    assert {name: answer.headers[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy")} == {
        "Content-Type": content_type, "Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }  # fmt: skip
    assert answer.headers["Cache-Control"] == "private, no-store" and made.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("statutes.pdf", HTML, "“statutes.pdf” is not a PDF, PNG or JPEG, whatever its name says."),
        ("empty.pdf", b"", "“empty.pdf” holds nothing."),
        ("cut.pdf", b"%PDF-1.7 cut", "“cut.pdf” is cut off or damaged."),
        ("big.pdf", b"%PDF-1.7" + b"0" * 10_000_000, "“big.pdf” is larger than 10 MB."),
        ("x\u202efdp.exe", HTML, "“xfdp.exe” is not a PDF"),
        ("<script>.pdf", HTML, "“_script_.pdf” is not a PDF"),
    ],
)
def test_a_file_that_is_not_taken_is_said_and_the_other_answers_are_kept(owner, draft, vault, name, content, words):
    answer = attach(owner, draft, file(name, content), file("good.pdf", pdf()), signing_powers_document="Deed of 3 May (DEMO)")
    assert answer.status_code == 200 and words in text(answer) and 'href="#id_signing_powers_file"' in text(answer)
    draft.refresh_from_db()
    assert draft.answers.get(key="signing_powers_document").value == "Deed of 3 May (DEMO)"
    assert list(ApplicationFile.objects.values_list("name", flat=True)) == ["good.pdf"] and len(stored(vault)) == 1


def test_a_file_is_deleted_for_good_until_it_is_sent_and_what_was_typed_stays(owner, draft, vault):
    made = given(draft)
    answer = attach(owner, draft, press="none", take_out=str(made.pk), signing_powers_document="Typed, not saved")
    assert "Typed, not saved" in text(answer) and not ApplicationFile.objects.exists()
    postbox.deliver(now=NOW, limit=500)
    assert stored(vault) == []
    assert attach(owner, draft, press="none", take_out=str(made.pk)).status_code == 200  # a second press
    assert owner.get(f"{DESK}/{draft.number}/files/{made.pk}/").status_code == 404


def test_the_same_paper_twice_is_one_and_too_many_are_refused(owner, draft, vault):
    attach(owner, draft, file("a.pdf", pdf()), file("b.pdf", pdf()))
    assert ApplicationFile.objects.count() == 1 and len(stored(vault)) == 1
    answer = attach(owner, draft, *(file(f"{number}.pdf", pdf(text=str(number))) for number in range(4)))
    assert "was not kept: at most 3 files stand here" in text(answer)
    assert ApplicationFile.objects.count() == 3 == len(stored(vault))


def test_submitting_freezes_the_papers_with_their_hash(draft, eco, vault):
    made = given(draft)
    by = build.actor(build.owner_of(eco), eco)
    sent = lifecycle.advance(draft.pk, "submit", side=Side.OWNER, by=by, now=NOW)
    frozen = sent.revisions.get().answers["signing_powers_file"]
    assert frozen == [
        {"id": made.pk, "name": "Resolution.pdf", "size": made.size, "sha256": made.sha256, "content_type": "application/pdf"}
    ]
    made.refresh_from_db()
    assert made.frozen_in == 1
    for act in (lambda: filing.detach(draft.pk, made.pk, side=Side.OWNER, by=by, now=NOW), lambda: given(draft, pdf(text="new"))):
        with pytest.raises(NotAllowed, match="wrong_state"):
            act()
    assert ApplicationFile.objects.count() == 1 == len(stored(vault))


def test_a_question_about_a_paper_opens_it_and_the_former_copy_keeps_its_own(owner, client, eco, vault):
    made = given(build.draft(eco))
    by, manager = build.actor(build.owner_of(eco), eco), build.staff("Licensing managers")
    application = made.application
    for command, side, who in (("submit", Side.OWNER, by), ("take", Side.STAFF, build.actor(manager))):
        lifecycle.advance(application.pk, command, side=side, by=who, now=NOW)
    clarifying.ask(
        application.pk, [Asked("signing_powers_file", "Send all pages.", TODAY.replace(day=30))], by=build.actor(manager), now=NOW
    )
    page = f"{DESK}/{application.number}/questions/"
    seen = html.unescape(re.search(r'name="seen" value="([^"]*)"', client.get(page).content.decode())[1])
    refused = owner.post(page, {"seen": seen, "send": "on", "signing_powers_file": file("x.pdf", HTML)})
    assert "whatever its name says" in text(refused) and application.revisions.count() == 1
    owner.post(page, {"seen": seen, "take_out": str(made.pk)})
    sent = owner.post(page, {"seen": seen, "send": "on", "signing_powers_file": file("All pages.pdf", pdf(text="all"))}, follow=True)
    assert "The review goes on." in text(sent) and "All pages.pdf" in text(sent) and "Resolution.pdf" in text(sent)
    copies = [[one["name"] for one in copy.answers["signing_powers_file"]] for copy in application.revisions.order_by("number")]
    assert copies == [["Resolution.pdf"], ["All pages.pdf"]]
    postbox.deliver(now=NOW, limit=500)
    client.force_login(manager)
    assert len(stored(vault)) == 2 and client.get(f"/cms/applications/{application.number}/papers/{made.pk}/").status_code == 200


@pytest.mark.check("S3")
def test_nobody_else_opens_or_takes_out_a_paper(client, draft, eco, vault):
    made, theirs = given(draft), build.draft(build.society("Other (DEMO)"))
    stranger = build.owner_of(theirs.organisation)
    address, nested = f"{DESK}/{draft.number}/files/{made.pk}/", f"{DESK}/{theirs.number}/files/{made.pk}/"
    assert client.get(address).status_code == 302
    client.force_login(stranger)
    unknown = client.get(f"{DESK}/{theirs.number}/files/999999/")
    assert [client.get(page).status_code for page in (address, nested)] == [404, 404] and unknown.status_code == 404
    attach(client, theirs, press="none", take_out=str(made.pk))
    by = build.actor(stranger, theirs.organisation)
    for application, code in ((draft, "wrong_side"), (theirs, "unknown_file")):
        with pytest.raises(NotAllowed, match=code):
            filing.detach(application.pk, made.pk, side=Side.OWNER, by=by, now=NOW)
    assert ApplicationFile.objects.get() == made
    client.force_login(build.person(eco, "designer"))
    assert client.get(address).status_code in (403, 404)
    client.force_login(build.person(eco, "finance"))
    assert client.get(address).status_code == 200


def test_staff_open_what_was_sent_and_nothing_of_a_draft(client, draft, eco):
    made = given(draft)
    address = f"/cms/applications/{draft.number}/papers/{made.pk}/"
    client.force_login(build.staff("Licensing managers"))
    assert client.get(address).status_code == 404
    lifecycle.advance(draft.pk, "submit", side=Side.OWNER, by=build.actor(build.owner_of(eco), eco), now=NOW)
    page = text(client.get(f"/cms/applications/{draft.number}/"))
    assert address in page and "Resolution.pdf" in page
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Disposition"]) == (200, 'attachment; filename="Resolution.pdf"')
    other = build.application_at(State.SUBMITTED, build.society("Other (DEMO)"))
    assert client.get(f"/cms/applications/{other.number}/papers/{made.pk}/").status_code == 404
    client.force_login(build.staff("Kit editors"))
    assert client.get(address).status_code in (302, 403)
