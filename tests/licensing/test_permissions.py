"""AC22: a permission to reuse something opens nothing in the portal, and the form leads to what does."""

import pytest
from django.test import Client

from content.inquiries import actions
from content.inquiries.models import Inquiry
from content.inquiries.rules import Command
from content.programmes.models import Programme
from i18n.places.models import Place
from portal import postbox
from portal.accounts.models import User
from portal.core.models import SentMail
from tests import demo_world as world
from tests import snapshot
from tests.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world"), pytest.mark.check("AC22")]
FORM = "/en/contact/permission/"
GATE = ("/kits/qtp1/2.1/manifest.json", "/en/desk/kits/qtp1/2.1/", "/en/desk/logos/")


def given(**changes):
    facts = {
        "kind": "text",
        "what": "Manual, page 3",
        "where": "Our journal",
        "work_language": "English",
        "commercial": "no",
        "email": "owner@bigsky.example",
    }
    return {**facts, "place": Place.objects.get(code="US").pk, **changes}


def gate(client):
    return [(answer.status_code, answer.headers.get("Location")) for answer in (client.get(path) for path in GATE)]


def rights() -> dict:
    return {table: rows for table, rows in snapshot.rows().items() if table.startswith(("licensing_", "media_"))}


def test_ac22_what_is_granted_is_a_letter_and_no_right():
    stranger = Client()
    stranger.force_login(world.person("owner@bigsky"))
    before, closed = rights(), gate(stranger)
    assert stranger.post(FORM, given()).status_code == 302
    row = Inquiry.objects.get(email="owner@bigsky.example")
    manager = User.objects.get(email="manager@demo.example")
    actions.decide(row.pk, Command.GRANT, "Name the source.", by=manager, seen=actions.latest(row), now=NOW)
    while postbox.deliver(now=NOW):
        pass
    assert SentMail.objects.filter(recipient="owner@bigsky.example", subject=f"Your request {row.number} is granted").count() == 1
    assert snapshot.changed(before, rights()) == {}
    assert (gate(stranger), closed[0][0]) == (closed, 404)


@pytest.mark.parametrize(
    "kind, programme, offerings", [("material", "QTP1", ["QTP1-L"]), ("logo", "QCS", ["QCS-DH"]), ("logo", "", ["QTP1-L", "QCS-DH"])]
)
def test_ac22_a_kit_or_a_logo_is_not_asked_for_here_and_the_page_leads_to_the_offering(client, kind, programme, offerings):
    chosen = Programme.objects.get(code=programme).pk if programme else ""
    with snapshot.writes() as written:
        answer = client.post(FORM, given(kind=kind, programme=chosen))
    text = answer.content.decode()
    notice = text.partition('role="alert"')[2].partition("</div>")[0]
    assert (answer.status_code, written) == (422, [])
    assert [code for code in ("QTP1-L", "QCS-DH") if f'href="/en/licensing/{code}/"' in notice] == offerings
    assert "Our journal" in text  # what was typed is still there


def test_ac22_the_form_says_so_before_anything_is_sent(client):
    text = client.get(FORM).content.decode()
    assert "it opens no course kit and no logo." in text and 'href="/en/licensing/"' in text.partition("<main")[2]
