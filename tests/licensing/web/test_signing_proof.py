"""Outside a demonstration a signature says what was really verified when it was given."""

import re

import pytest
from django.test import Client

from licensing.agreements.models import Signature
from licensing.history.models import Event
from portal.accounts import mails
from portal.accounts.models import User
from portal.core import outbox
from tests.clock import NOW
from tests.licensing import deal as deals
from tests.licensing.deal import Deal
from tests.portal.accounts.factors import enrol, totp

pytestmark = [pytest.mark.django_db, pytest.mark.check("S51"), pytest.mark.row("J6")]


@pytest.fixture
def agreement(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return Deal().sent()


@pytest.fixture
def president(agreement, settings):
    settings.DEMO = False
    return deals.person("president@eco.example")


def signed_in(person):
    window = Client()
    window.force_login(User.objects.get(pk=person.pk))
    return window


def sign(person, agreement, window=None, **given):
    window = window or signed_in(person)
    hashes = {"document_sha256": agreement.document_sha256, "reading_sha256": agreement.reading_sha256}
    address = f"/en/desk/agreements/{agreement.number}/"
    return window.post(address, {"read": "on", "consent": "on", "typed_name": "The President (DEMO)", **hashes, **given})


@pytest.mark.parametrize("typed", ["", "portal-demo-2027", "000000", "AAAA-AAAA"])
def test_s51_the_password_signs_nothing(president, agreement, typed):
    answer = sign(president, agreement, password=typed)
    assert answer.status_code in (200, 422)
    assert 'value="The President (DEMO)"' in answer.content.decode()
    assert Signature.objects.count() == 0


def test_s51_a_code_by_mail_signs_and_the_signature_says_so(president, agreement, mailoutbox):
    window = signed_in(president)
    assert "A code is on its way" in sign(president, agreement, window).content.decode()
    outbox.deliver_due({mails.KIND: mails.HANDLERS[mails.KIND], "licensing.event": lambda *_: None}, now=NOW)
    code = re.search(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", mailoutbox[-1].body, re.M)[0]
    assert mailoutbox[-1].to == ["president@eco.example"]
    assert sign(president, agreement, window, password=code).status_code == 302
    assert Signature.objects.get().factor == "mail_code"
    event = Event.objects.of(agreement).get(command="sign")
    assert (event.payload["factor"], event.payload["proof"]) == ("mail_code", "mail_code")


def test_s51_who_has_an_app_signs_with_it_and_the_code_works_once(president, agreement):
    code = totp(enrol(president))
    assert sign(president, agreement, password=code).status_code == 302
    assert Signature.objects.get().factor == "totp"
    assert sign(president, agreement, password=code).status_code == 422
    assert Signature.objects.count() == 1
