"""What was never sent is erased a year after its last change: people are warned once, and nothing else goes with it."""

from datetime import timedelta
from io import BytesIO
from threading import Event as Flag

import pytest
import time_machine
from django.db import transaction

from licensing.applications import actions, erasing, filing
from licensing.applications.models import Application, ApplicationAnswer, ApplicationFile
from licensing.applications.rules import KEPT_UNSENT, WARNED_BEFORE, NotAllowed, Side, State, erased_at
from licensing.history.models import Event
from portal import postbox, tasks
from portal.core import private_files
from portal.core.faults import NotInVault
from portal.core.models import OutboxMessage, SentMail
from tests import build
from tests.clock import NOW, TICK
from tests.content.availability.test_races import at_once, until_somebody_waits
from tests.licensing.applications.samples import pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vault")]
WARNS, OVER = NOW + KEPT_UNSENT - WARNED_BEFORE, NOW + KEPT_UNSENT


@pytest.fixture
def eco():
    return build.society("Fundación de Prueba (DEMO)", owner=build.user("owner@eco.example", language="es"))


@pytest.fixture
def draft(eco):
    made = build.draft(eco)
    given(made)
    return made


def given(application, *, at=NOW):
    owner = build.owner_of(application.organisation)
    by = build.actor(owner, application.organisation)
    name, paper = "Resolution.pdf", BytesIO(pdf())
    return filing.attach(application.pk, "signing_powers_file", paper, name=name, side=Side.OWNER, by=by, now=at)


def change(application, *, at, text="Other reasons"):
    owner = build.owner_of(application.organisation)
    by = build.actor(owner, application.organisation)
    return actions.save(application.pk, "activity", {"need": text}, side=Side.OWNER, by=by, now=at).written


def of(application) -> tuple[str, int, int, int]:
    application.refresh_from_db()
    return application.state, application.answers.count(), application.files.count(), application.revisions.count()


def events(application) -> list[str]:
    return [command for command in Event.objects.of(application).values_list("command", flat=True) if command != "save"]


def lies(key) -> bool:
    try:
        return bool(private_files.content_of(key))
    except NotInVault:
        return False


@pytest.mark.parametrize(
    "warned_at, expected",
    [
        (None, None),
        (NOW - TICK, None),
        (NOW, None),
        (WARNS - TICK, OVER),
        (WARNS, OVER),
        (WARNS + TICK, OVER + TICK),
        (OVER, OVER + WARNED_BEFORE),
    ],
)
def test_a_draft_goes_in_time_and_never_sooner_after_the_warning_than_that_says(warned_at, expected):
    assert erased_at(changed_at=NOW, warned_at=warned_at) == expected


def test_people_are_warned_once_in_their_language_and_the_day_is_named(draft, eco):
    preparer = build.person(eco, "preparer", email="preparer@eco.example")
    before = of(draft)
    assert (erasing.warn_all(now=WARNS - TICK), draft.erased_at) == (0, None)
    assert (erasing.warn_all(now=WARNS), erasing.warn_all(now=WARNS), erasing.warn_all(now=OVER)) == (1, 0, 0)
    assert (of(draft), draft.changed_at, draft.warned_at, draft.erased_at) == (before, NOW, WARNS, OVER)
    postbox.deliver(now=WARNS, limit=500)
    letter = SentMail.objects.get()
    assert (letter.recipient, letter.language) == ("owner@eco.example", "es")
    assert letter.subject == f"Su borrador {draft.number} se borrará pronto"
    assert "22 de noviembre de 2027" in letter.text and "22 de noviembre de 2027" in letter.html
    assert not SentMail.objects.filter(recipient=preparer.email).exists()  # wrote nothing of it


def test_at_its_hour_what_it_holds_is_erased_and_that_there_was_one_stays(draft):
    key = draft.files.get().vault_key
    erasing.warn_all(now=WARNS)
    before = of(draft)
    assert before[1] > 10 and before[2] == 1 and lies(key)
    assert (erasing.forget_old(now=OVER - TICK), of(draft)) == (0, before)
    assert (erasing.forget_old(now=OVER), erasing.forget_old(now=OVER)) == (1, 0)
    assert (of(draft), events(draft)) == (("lapsed", 0, 0, 0), ["create", "warn", "lapse"])
    postbox.deliver(now=OVER, limit=500)
    assert not lies(key)
    assert [mail.subject for mail in SentMail.objects.all()] == []  # who reads the letter late reads none: the day is over


def test_nothing_goes_without_a_warning_however_old_it_is(draft):
    late = OVER + timedelta(days=400)
    before = of(draft)
    assert (erasing.forget_old(now=late), of(draft)) == (0, before)
    assert (erasing.warn_all(now=late), erasing.forget_old(now=late + WARNED_BEFORE - TICK), of(draft)) == (1, 0, before)
    assert (erasing.forget_old(now=late + WARNED_BEFORE), of(draft)[0]) == (1, "lapsed")


def test_who_goes_on_a_second_before_keeps_it_and_is_warned_anew_a_year_later(draft):
    erasing.warn_all(now=WARNS)
    assert change(draft, at=OVER - TICK) == ("need",)
    before = of(draft)
    assert (draft.erased_at, erasing.forget_old(now=OVER), of(draft)) == (None, 0, before)
    assert (erasing.warn_all(now=OVER - TICK + KEPT_UNSENT - WARNED_BEFORE - TICK), of(draft)) == (0, before)
    assert erasing.warn_all(now=OVER - TICK + KEPT_UNSENT - WARNED_BEFORE) == 1


def test_who_goes_on_before_the_letter_leaves_gets_none(draft):
    erasing.warn_all(now=WARNS)
    change(draft, at=WARNS + TICK)
    postbox.deliver(now=WARNS + TICK, limit=500)
    assert SentMail.objects.count() == 0 and not OutboxMessage.objects.exclude(last_error="").exists()


def test_what_lapsed_a_second_ago_takes_nothing_any_more(draft):
    erasing.warn_all(now=WARNS)
    erasing.forget_old(now=OVER)
    before = of(draft), Event.objects.count()
    with pytest.raises(NotAllowed) as refused:
        change(draft, at=OVER + TICK)
    assert refused.value.code == "wrong_state" and (of(draft), Event.objects.count()) == before


@pytest.mark.parametrize("state", [State.SUBMITTED, State.IN_REVIEW, State.APPROVED, State.DECLINED])
def test_nothing_of_what_was_sent_goes(eco, state):
    sent = build.application_at(state, eco)
    before = of(sent)
    late = NOW + 10 * KEPT_UNSENT
    assert (erasing.warn_all(now=late), erasing.forget_old(now=late), of(sent)) == (0, 0, before)
    assert before[1] > 10 and before[3] >= 1


def test_a_withdrawn_draft_goes_too_and_what_was_withdrawn_after_it_was_sent_stays(draft, eco):
    by = build.actor(build.owner_of(eco), eco)
    sent = build.application_at(State.SUBMITTED, eco, code="QCS-DH")
    for one in (draft, sent):
        actions.move(one.pk, "withdraw", side=Side.OWNER, by=by, now=NOW)
    before, kept = of(draft), of(sent)
    assert (erasing.warn_all(now=OVER), erasing.forget_old(now=OVER - TICK), of(draft)) == (0, 0, before)
    assert (erasing.forget_old(now=OVER), erasing.forget_old(now=OVER + KEPT_UNSENT)) == (1, 0)
    assert (of(draft), of(sent), events(draft)) == (("withdrawn", 0, 0, 0), kept, ["create", "withdraw", "erase"])


def test_another_draft_with_the_same_paper_loses_nothing(draft):
    other = build.draft(build.society("Other (DEMO)"), now=NOW + TICK)
    paper = given(other, at=NOW + TICK)
    erasing.warn_all(now=WARNS)
    before = of(other)
    erasing.forget_old(now=OVER)
    postbox.deliver(now=OVER, limit=500)
    assert (of(draft)[0], of(other)) == ("lapsed", before)
    assert lies(paper.vault_key)


def test_many_go_in_batches(eco, monkeypatch):
    monkeypatch.setattr(erasing, "BATCH", 2)
    by = build.actor(build.owner_of(eco), eco)
    for _ in range(5):
        actions.start(eco.pk, build.offering(), by=by, now=NOW, another=True)
    assert (erasing.warn_all(now=WARNS), erasing.forget_old(now=OVER)) == (5, 5)
    assert set(Application.objects.values_list("state", flat=True)) == {"lapsed"}
    assert (ApplicationAnswer.objects.count(), ApplicationFile.objects.count()) == (0, 0)


def test_the_worker_warns_and_erases_within_its_hour(draft):
    with time_machine.travel(WARNS, tick=False):
        assert (tasks.forget(), of(draft)[0], draft.warned_at) == (0, "draft", WARNS)
    with time_machine.travel(OVER, tick=False):
        assert (tasks.forget(), of(draft)) == (1, ("lapsed", 0, 0, 0))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_is_changed_while_it_is_being_erased_stays(draft):
    erasing.warn_all(now=WARNS)
    held = Flag()

    def goes_on():
        with transaction.atomic():
            change(draft, at=OVER)
            held.set()
            until_somebody_waits()

    def forgets():
        held.wait(30)
        return erasing.forget_old(now=OVER)

    before = of(draft)
    assert at_once(goes_on, forgets) == [None, 0]
    assert of(draft) == before and lies(draft.files.get().vault_key)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_warn_once_and_erase_once(draft):
    assert sum(at_once(*[lambda: erasing.warn_all(now=WARNS)] * 4)) == 1
    at_once(*[lambda: erasing.forget_old(now=OVER)] * 4)
    assert (of(draft), events(draft)) == (("lapsed", 0, 0, 0), ["create", "warn", "lapse"])
