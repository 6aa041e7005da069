"""What staff write for one another: a word in every note and internal event, and everything at the applicant's desk.

What owners of two societies and anybody read of it, public pages too, is walked in ``test_two_societies``.
"""

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
from tests.house.crawl import crawl, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world"), pytest.mark.check("S4"), pytest.mark.row("B5")]
STARTS = ["/en/desk/", "/es/desk/", "/en/licensing/QTP1-L/", "/es/licensing/QTP1-L/", "/en/licensing/QTP1-L/apply/"]
PUBLIC = r"/(en|es)/(?!desk/)|/api/"
READERS = ["owner@chile", "finance@eco", "owner@india", "owner@kenya"]


def actor(email: str) -> Actor:
    user = User.objects.get(email=f"{email}@demo.example")
    return Actor(user.pk, str(user))


@pytest.fixture
def marked():
    """Plant a word in every note, one of them at least with each application of the demonstration, and in every internal event."""
    words = canary.internal(Organisation.objects.all()).words
    assert ApplicationNote.objects.count() > 10 and len(words) > 20
    assert not Application.objects.filter(notes=None).exists()
    return words.keys()


@pytest.mark.parametrize("reader", READERS)
def test_no_page_answer_or_document_of_the_applicants_side_has_a_word_of_it(reader, marked):
    client = Client()
    client.force_login(world.person(reader))
    own = canary.applications(world.person(reader))
    seen = crawl(client, [*STARTS, *own], each=1, outside=PUBLIC)
    texts = {address: told(address, answer) for address, answer in seen.items()}
    assert {address: found for address, text in texts.items() if (found := marked & set(canary.WORD.findall(text)))} == {}
    assert len(own) >= 4 and {seen[address].status_code for address in own if address.endswith("/answers/")} <= {200, 302}


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
    chile = Application.objects.get(organisation=world.organisation("CHILE"))
    text = client.get(f"/cms/applications/{chile.number}/").content.decode()
    assert set(chile.notes.values_list("text", flat=True)) == marked & set(canary.WORD.findall(text))
