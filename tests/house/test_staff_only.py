"""What staff write for one another: a marker in every note and internal event, and everything the applicant's side can read."""

import html

import pytest
from django.test import Client

from licensing import lifecycle
from licensing.applications import clarifying
from licensing.applications.models import Application, ApplicationNote
from licensing.applications.rules import Side
from licensing.history.actions import Actor
from licensing.organisations.models import Organisation
from portal import postbox
from portal.accounts.models import User
from portal.core.models import SentMail
from tests import demo_world as world
from tests.clock import NOW
from tests.house import canary
from tests.house.crawl import crawl
from tests.licensing.agreements import pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world"), pytest.mark.check("S4"), pytest.mark.row("B5")]
MARKER = "zqonlyforcolleaguesqz"
STARTS = ["/en/desk/", "/es/desk/", "/api/v1/register", "/api/v1/openapi.json", "/en/register/", "/en/verify/"]
READERS = ["owner@chile", "owner@eco", "finance@eco", "owner@sbqo", "owner@india", "owner@kenya"]


def actor(email: str) -> Actor:
    user = User.objects.get(email=f"{email}@demo.example")
    return Actor(user.pk, str(user))


@pytest.fixture
def marked():
    """Leave a note with every application of the demonstration, and a word in every internal event."""
    for application in Application.objects.all():
        clarifying.write_note(application.pk, f"{MARKER} {application.number}", by=actor("reviewer"), now=NOW)
    words = canary.internal(Organisation.objects.all()).words
    assert ApplicationNote.objects.count() > 10 and len(words) > 20
    ApplicationNote.objects.update(text=MARKER)  # canary put words of its own there
    return {MARKER, *words}


def told(address: str, answer) -> str:
    if "/files/" not in address and "pdf" in answer.headers.get("Content-Type", ""):
        return pdf.text(answer.told)
    return html.unescape(answer.told.decode("utf-8", "replace"))


@pytest.mark.parametrize("reader", READERS)
def test_no_page_answer_or_document_of_the_applicants_side_has_a_word_of_it(reader, marked):
    client = Client()
    client.force_login(world.person(reader))
    own = Application.objects.visible_to(world.person(reader))
    starts = [
        f"/en/desk/applications/{application.number}/{page}" for application in own for page in ("", "answers/", "questions/", "withdraw/")
    ]
    seen = crawl(client, [*STARTS, *starts], each=1)
    texts = {address: told(address, answer) for address, answer in seen.items()}
    assert [(address, word) for address, text in texts.items() for word in marked if word in text] == []
    assert len(own) == len({address for address in starts if address.endswith("/answers/")}) > 0
    if reader == "owner@eco":
        assert sum("pdf" in answer.headers.get("Content-Type", "") for answer in seen.values()) > 3


def test_no_letter_of_any_move_has_a_word_of_it(marked):
    chile = Application.objects.get(organisation=world.organisation("CHILE"))
    owner = world.person("owner@chile")
    by, manager = Actor(owner.pk, str(owner), chile.organisation_id), actor("manager")
    SentMail.objects.all().delete()
    clarifying.ask(chile.pk, [clarifying.Asked("need", "¿Por qué ahora?", NOW.date().replace(day=30))], by=manager, now=NOW)
    clarifying.revise(chile.pk, {"need": "Por la ley nueva."}, side=Side.OWNER, by=by, now=NOW)
    lifecycle.advance(chile.pk, "answer", side=Side.OWNER, by=by, now=NOW)
    lifecycle.advance(chile.pk, "approve", side=Side.DECIDER, by=manager, now=NOW, reason="Bien (DEMO)")
    while postbox.deliver(now=NOW, limit=500):
        pass
    letters = SentMail.objects.filter(recipient="owner@chile.example")
    assert letters.count() == 3
    assert [(mail.subject, word) for mail in letters for word in marked if word in f"{mail.subject} {mail.text} {mail.html}"] == []


def test_colleagues_do_read_it(marked):
    client = Client()
    client.force_login(User.objects.get(email="auditor@demo.example"))
    number = Application.objects.get(organisation=world.organisation("CHILE")).number
    assert MARKER in client.get(f"/cms/applications/{number}/").content.decode()
