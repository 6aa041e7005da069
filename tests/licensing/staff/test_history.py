"""The history of each object in the CMS: every event in words, on the reader's clock and in UTC, for whoever may read of the object."""

import html
import re

import pytest
from django.test import Client

from licensing.history.models import Event
from licensing.organisations.words import EVENTS
from licensing.web.timeline import SENTENCES
from tests import demo_world as world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world")]


def page(email: str, kind: str, key) -> tuple[int, str]:
    client = Client()
    client.force_login(world.person(email))
    answer = client.get(f"/cms/history/{kind}/{key}/")
    text = re.sub(r"<[^>]+>", " ", html.unescape(answer.content.decode().partition('<div class="portal">')[2]))
    return answer.status_code, " ".join(text.split())


def objects():
    eco, sbqo = world.organisation("ECO"), world.organisation("SBQO")
    agreement = sbqo.agreements.get()
    return {
        "applications": agreement.terms.application.number,
        "offers": agreement.terms_id,
        "agreements": agreement.number,
        "invoices": sbqo.invoices.get().number,
        "licences": eco.licences.exclude(agreement=None)[0].number,
        "logo-proofs": eco.pieces.exclude(rounds=0)[0].number,
        "organizations": eco.pk,
    }


ALL = {"applications", "offers", "agreements", "invoices", "licences", "logo-proofs", "organizations"}
READERS = {
    "manager@demo": ALL,
    "auditor@demo": ALL,
    "reviewer@demo": {"applications"},
    "finance@demo": ALL - {"logo-proofs"},
    "brand@demo": {"logo-proofs"},
    "kits@demo": set(),
}


@pytest.mark.parametrize("reader", READERS)
def test_who_may_read_of_an_object_may_read_its_history_and_nobody_else(reader):
    answers = {kind: page(reader, kind, key)[0] for kind, key in objects().items()}
    assert answers == {kind: 200 if kind in READERS[reader] else 302 for kind in answers}


def test_an_agreement_says_who_did_what_when_on_both_clocks_and_who_may_read_it():
    _status, text = page("manager@demo", "agreements", objects()["agreements"])
    assert (
        "4 November 2026, 04:20 in New York (09:20 UTC) The Director of SBQO (DEMO) signed The Director of SBQO (DEMO) Staff and the organization"
        in text
    )
    assert "(14:10 UTC) The Legal Officer (DEMO) approved it to be sent The Legal Officer (DEMO) Staff only" in text


def test_an_organization_says_who_joined_as_what_and_why_it_was_vetted():
    _status, text = page("manager@demo", "organizations", objects()["organizations"])
    assert "(10:00 UTC) The Designer (DEMO) joined as Designer. The portal Staff and the organization" in text
    assert "(10:00 UTC) The licensor vetted the organization. DEMO The portal Staff and the organization" in text


def test_each_page_leads_to_its_history():
    client = Client()
    client.force_login(world.person("auditor@demo"))
    for kind, key in objects().items():
        assert f'href="/cms/history/{kind}/{key}/"' in client.get(f"/cms/{kind}/{key}/").content.decode()


@pytest.mark.parametrize("kind, key", [("licences", "L-1999-0001"), ("offers", "x"), ("offers", "99999999999"), ("nothing", "1")])
def test_what_does_not_exist_has_no_history(kind, key):
    assert page("manager@demo", kind, key)[0] == 404


def test_every_command_of_the_demonstration_has_words():
    said = {("organisation", command) for command in EVENTS} | SENTENCES.keys() | {("application", "save")}
    assert set(Event.objects.values_list("subject_kind", "command")) - said == set()
