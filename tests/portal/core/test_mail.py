from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.db import transaction

from portal.core import mail, outbox
from portal.core.models import SentMail
from tests.clock import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(settings, tmp_path):
    """A template of two parts, as packages bring them."""
    (tmp_path / "hello.html").write_text(
        '{% load i18n %}<p lang="{{ language }}" dir="{{ direction }}">{% translate "Sign in" %} {{ name }}</p>'
    )
    (tmp_path / "hello.txt").write_text("{{ name }} {{ origin }}")
    templates = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    settings.TEMPLATES = templates
    return "hello"


def send(letter, **changed):
    facts = {
        "to": "owner@eco.example",
        "language": "ar",
        "subject": "Hello\r\nBcc: x@y.example",
        "template": letter,
        "context": {"name": "<b>ECO</b>"},
    }
    return mail.send(**{**facts, **changed}, now=NOW)


def test_a_mail_is_rendered_in_the_recipients_language_and_kept(letter):
    kept = send(letter)
    assert 'lang="ar" dir="rtl"' in kept.html
    assert "&lt;b&gt;ECO&lt;/b&gt;" in kept.html
    assert kept.subject == "Hello Bcc: x@y.example"  # no header can be injected
    assert (kept.recipient, kept.sent_at) == ("owner@eco.example", NOW)


def test_in_a_demonstration_nothing_leaves(letter, settings):
    settings.DEMO = True
    send(letter)
    assert (len(django_mail.outbox), SentMail.objects.count()) == (0, 1)


def test_outside_a_demonstration_both_parts_leave(letter, settings):
    settings.DEMO = False
    send(letter)
    [left] = django_mail.outbox
    assert (left.to, left.subject, len(left.alternatives)) == (["owner@eco.example"], "Hello Bcc: x@y.example", 1)


def test_a_repeated_row_sends_once(letter):
    with transaction.atomic():
        row = outbox.put("greet", {}, now=NOW)
    assert send(letter, message=row) is not None
    assert send(letter, message=row) is None
    assert send(letter, message=row, to="finance@eco.example") is not None
    assert SentMail.objects.count() == 2


def test_a_failing_server_leaves_the_row_to_try_again(letter, settings, monkeypatch):
    settings.DEMO = False

    def refuse(self, **_):
        raise ConnectionRefusedError("no server")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    with transaction.atomic():
        row = outbox.put("greet", {}, now=NOW)
    handlers = {"greet": lambda message, now: send(letter, message=message)}
    assert outbox.deliver_due(handlers, now=NOW) == 0
    row.refresh_from_db()
    assert (row.last_error, row.done_at, SentMail.objects.count()) == ("ConnectionRefusedError: no server", None, 0)
    assert row.due_at == NOW + timedelta(seconds=20)
