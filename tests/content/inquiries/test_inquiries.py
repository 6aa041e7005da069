"""Letters to the licensor: into the queue of their topic, acknowledged once, answered as staff write, kept as long as said."""

import html
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from content.inquiries import actions
from content.inquiries.models import Inquiry, InquiryStep, ReuseRequest
from content.inquiries.rules import KEPT_CLOSED, KEPT_SUSPECT, MERGED_WITHIN, Command, NotAllowed
from portal import postbox
from portal.core.models import OutboxMessage, SentMail
from tests import build
from tests.clock import NOW, TICK

pytestmark = pytest.mark.django_db
CONTACT, PERMISSION = "/es/contact/", "/en/contact/permission/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def given(topics, places):
    return {
        "topic": topics["qtp"].pk,
        "place": places["KE"],
        "name": "Asha (DEMO)",
        "email": "Asha@kenya.example",
        "text": "¿Cuándo empieza?",
        "website": "",
    }


def send(data, *, now=NOW, path=CONTACT, client=None):
    with time_machine.travel(now, tick=False):
        return (client or Client()).post(path, data)


def letters(now=NOW) -> list[tuple[str, str, str]]:
    postbox.deliver(now=now)
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    return list(SentMail.objects.order_by("pk").values_list("recipient", "language", "subject"))


def page(person, path: str, *, now=NOW) -> str:
    client = Client()
    client.force_login(person)
    with time_machine.travel(now, tick=False):
        return html.unescape(client.get(path).content.decode())


def said(topics, places, **changes) -> actions.Said:
    facts = {
        "topic_id": topics["qtp"].pk,
        "place_id": places["KE"],
        "language": "es",
        "email": "asha@kenya.example",
        "text": "¿Cuándo empieza?",
    }
    return actions.Said(**facts | changes)


def act(name, inquiry, *more, by, now=NOW):
    return getattr(actions, name)(inquiry.pk, *more, by=by, seen=actions.latest(inquiry), now=now)


@pytest.mark.check("AC20")
def test_ac20_an_inquiry_from_kenya_lands_in_its_queue_is_acknowledged_and_merged(given, topics, places):
    answer = send(given)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{CONTACT}?sent=on")
    row = Inquiry.objects.get()
    assert (row.topic, row.place_id, row.language, row.state, row.times) == (topics["qtp"], places["KE"], "es", "open", 1)
    assert str(row.due_on) == "2026-11-27"  # NOW is a Sunday
    ours, theirs = build.staff("Program managers"), build.staff("Licensing managers")
    assert [row.number in page(person, "/cms/inquiries/") for person in (ours, theirs)] == [True, False]
    send({**given, "text": "  ¿CUÁNDO empieza? "}, now=NOW + MERGED_WITHIN - TICK)
    assert letters(NOW + MERGED_WITHIN) == [("asha@kenya.example", "es", f"Tenemos su consulta {row.number}")]
    assert (Inquiry.objects.count(), Inquiry.objects.get().times) == (1, 2)
    assert "27 de noviembre de 2026" in SentMail.objects.get().text and "empieza" not in SentMail.objects.get().text
    send(given, now=NOW + MERGED_WITHIN)
    assert (Inquiry.objects.count(), len(letters(NOW + MERGED_WITHIN))) == (2, 2)


@pytest.mark.parametrize("change", [{"email": "b@kenya.example"}, {"text": "Another"}, {"place_id": None}, {"topic_id": None}])
def test_what_differs_is_not_merged(topics, places, change):
    actions.receive(said(topics, places), now=NOW)
    actions.receive(said(topics, places, **change), now=NOW)
    assert sorted(Inquiry.objects.values_list("times", flat=True)) == [1, 1]


def test_what_was_held_back_or_closed_swallows_nothing(topics, places):
    manager = build.staff("Program managers")
    held = actions.receive(said(topics, places, suspect=True), now=NOW)
    with pytest.raises(NotAllowed) as refused:
        act("answer", held, "Welcome", by=manager)
    assert (refused.value.code, held.steps.count(), letters()) == ("held_back", 1, [])
    closed = actions.receive(said(topics, places), now=NOW)
    act("close", closed, by=manager)
    again = actions.receive(said(topics, places), now=NOW)
    assert len({held.pk, closed.pk, again.pk}) == 3
    assert len(letters()) == 2


@pytest.mark.parametrize("wrong", [{"email": "none"}, {"text": ""}, {"topic": "999"}, {"place": ""}, {"text": "x" * 5001}])
def test_what_cannot_be_used_is_said_and_nothing_is_written(given, wrong):
    answer = send(given | wrong)
    assert (answer.status_code, Inquiry.objects.count(), OutboxMessage.objects.count()) == (422, 0, 0)
    assert 'class="error"' in answer.content.decode()


def test_what_no_queue_takes_stands_where_everybody_sees_it(topics, places):
    reader = build.staff("Licensing managers")
    none = actions.receive(said(topics, places, topic_id=None), now=NOW)
    other = actions.receive(said(topics, places, topic_id=topics["other"].pk), now=NOW)
    empty = actions.receive(said(topics, places), now=NOW)  # nobody is in the group
    numbers = [row.number for row in (none, other, empty)]
    assert [number in page(reader, "/cms/inquiries/?view=nobody") for number in numbers] == [True] * 3
    build.staff("Program managers")
    assert [number in page(reader, "/cms/inquiries/?view=nobody") for number in numbers] == [True, True, False]


def test_without_any_topic_one_can_still_write(client, places):
    answer = send({"place": places["KE"], "email": "a@b.example", "text": "Hello"}, client=client)
    assert (answer.status_code, Inquiry.objects.get().topic) == (302, None)


def test_whoever_fills_in_the_bait_reads_the_same_is_kept_and_nobody_is_written_to(given):
    person, program = send(given), send({**given, "text": "Buy", "website": "https://spam.example"})
    assert (person.status_code, person.headers["Location"]) == (program.status_code, program.headers["Location"])
    assert len(letters()) == 1
    manager, row = build.staff("Program managers"), Inquiry.objects.get(suspect=True)
    assert [row.number in page(manager, f"/cms/inquiries/?view={view}") for view in ("mine", "open", "suspect")] == [False, False, True]
    act("trust", row, by=manager)
    assert len(letters()) == 2 and row.number in page(manager, "/cms/inquiries/")


def test_the_answer_goes_as_written_in_the_senders_language_and_is_kept(topics, places):
    manager = build.staff("Program managers")
    row = actions.receive(said(topics, places), now=NOW)
    act("answer", row, " Empieza en <marzo>.\n\nGracias. ", by=manager)
    assert letters()[1:] == [("asha@kenya.example", "es", f"Respuesta a su consulta {row.number}")]
    mail = SentMail.objects.order_by("-pk")[0]
    assert "Empieza en <marzo>." in mail.text and "<p>Empieza en &lt;marzo&gt;.</p>" in mail.html
    row.refresh_from_db()
    assert row.state == "answered"
    assert list(row.steps.values_list("command", "text", "by_label")) == [
        ("received", "", ""), ("answer", "Empieza en <marzo>.\n\nGracias.", str(manager)),
    ]  # fmt: skip
    text = page(manager, f"/cms/inquiries/{row.number}/")
    assert "Empieza en <marzo>." in text and "Take up again" in text


def test_what_changed_since_the_page_was_read_is_not_acted_on(topics, places):
    manager = build.staff("Program managers")
    row = actions.receive(said(topics, places), now=NOW)
    seen = actions.latest(row)
    actions.receive(said(topics, places), now=NOW + MINUTE)
    for move in (
        lambda: actions.answer(row.pk, "Yes", by=manager, seen=seen, now=NOW),
        lambda: actions.close(row.pk, by=manager, seen=seen, now=NOW),
    ):
        with pytest.raises(NotAllowed) as refused:
            move()
        assert refused.value.code == "stale"
    row.refresh_from_db()
    assert (row.state, row.steps.count(), OutboxMessage.objects.filter(kind=actions.ANSWERED).count()) == ("open", 2, 0)


def test_a_colleague_is_named_or_another_queue_takes_it(topics, places):
    manager, colleague = build.staff("Program managers"), build.staff("Licensing managers")
    row = actions.receive(said(topics, places), now=NOW)
    act("assign", row, colleague, by=manager)
    assert [row.number in page(person, "/cms/inquiries/") for person in (manager, colleague)] == [False, True]
    with pytest.raises(NotAllowed) as refused:
        act("assign", row, build.staff("Auditors"), by=manager)
    assert refused.value.code == "nobody"
    act("route", row, topics["other"], by=manager)
    row.refresh_from_db()
    assert (row.assigned_to, row.topic) == (None, topics["other"])
    assert [row.number in page(person, "/cms/inquiries/?view=nobody") for person in (manager, colleague)] == [True, True]


def test_the_page_in_the_cms_keeps_what_was_written_when_it_cannot_be_sent(topics, places):
    manager = build.staff("Program managers")
    client, row = Client(), actions.receive(said(topics, places), now=NOW)
    client.force_login(manager)
    path = f"/cms/inquiries/{row.number}/answer/"
    answer = client.post(path, {"text": "My long letter", "seen": "0"})
    assert answer.status_code == 422 and "My long letter" in answer.content.decode()
    assert "Somebody changed this in the meantime" in answer.content.decode()
    assert client.post(path, {"text": " ", "seen": str(actions.latest(row))}).status_code == 422
    assert InquiryStep.objects.count() == 1
    assert client.post(path, {"text": "My long letter", "seen": str(actions.latest(row))}).status_code == 302
    assert letters()[-1][2] == f"Respuesta a su consulta {row.number}"


def test_auditors_read_and_do_nothing_and_editors_read_nothing(topics, places):
    row, client = actions.receive(said(topics, places), now=NOW), Client()
    client.force_login(build.staff("Auditors"))
    text = client.get(f"/cms/inquiries/{row.number}/").content.decode()
    assert "asha@kenya.example" in text and "/answer/" not in text
    assert client.post(f"/cms/inquiries/{row.number}/close/", {"seen": actions.latest(row)}).status_code in (302, 403)
    client.force_login(build.staff("Editors"))
    assert client.get(f"/cms/inquiries/{row.number}/").status_code in (302, 403)
    row.refresh_from_db()
    assert (row.state, row.steps.count()) == ("open", 1)


def test_filters_find_by_number_name_topic_and_country(topics, places):
    manager = build.staff("Program managers")
    row = actions.receive(said(topics, places, name="Asha Reader"), now=NOW)
    found = {q: row.number in page(manager, f"/cms/inquiries/?view=open&{q}").partition("<tbody>")[2] for q in (
        f"q={row.number}", "q=reader", "q=nobody", "topic=qtp", "topic=licensing", "place=KE", "place=QQ",
    )}  # fmt: skip
    assert [key for key, here in found.items() if here] == [f"q={row.number}", "q=reader", "topic=qtp", "place=KE", "place=QQ"]


def test_what_was_closed_is_deleted_in_time_with_its_letters(topics, places):
    manager = build.staff("Program managers")
    stays, goes = (actions.receive(said(topics, places, email=f"{n}@kenya.example"), now=NOW) for n in "ab")
    actions.receive(said(topics, places, text="Buy", suspect=True), now=NOW)
    act("answer", goes, "Yes", by=manager)
    act("close", goes, by=manager)
    assert len(letters()) == 3
    assert actions.forget_old(now=NOW + KEPT_SUSPECT - TICK) == 0
    assert actions.forget_old(now=NOW + KEPT_SUSPECT) == 1
    assert actions.forget_old(now=NOW + KEPT_CLOSED - TICK) == 0
    assert actions.forget_old(now=NOW + KEPT_CLOSED) == 1
    assert (list(Inquiry.objects.all()), InquiryStep.objects.count()) == ([stays], 1)
    assert list(SentMail.objects.values_list("recipient", flat=True)) == ["a@kenya.example"]
    assert "kenya.example" not in str(list(OutboxMessage.objects.values()))


@pytest.mark.check("S48")
def test_one_address_does_not_fill_the_queues(given, settings):
    settings.RATE_LIMITS = True
    answers = [send({**given, "text": f"{n}"}, client=Client(REMOTE_ADDR=f"192.0.2.{n}")).status_code for n in range(11)]
    assert (answers, Inquiry.objects.count()) == ([302] * 10 + [429], 10)


# Permissions to reuse something


@pytest.fixture
def request_for(places, topics):
    facts = {
        "kind": "figure",
        "what": "Figure 2",
        "where": "A book",
        "copies": "800",
        "work_language": "Spanish",
        "commercial": "yes",
        "website": "",
    }
    return {**facts, "place": places["KE"], "email": "editor@press.example", "name": "", "organisation": ""}


def test_a_request_says_what_where_how_many_and_is_decided_once_by_letter(request_for):
    assert send(request_for, path=PERMISSION).status_code == 302
    row, manager = Inquiry.objects.get(), build.staff("Licensing managers")
    wanted = row.request
    assert (wanted.kind, wanted.what, wanted.where, wanted.copies, wanted.work_language, wanted.commercial) == (
        "figure", "Figure 2", "A book", 800, "Spanish", True,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        act("decide", row, Command.GRANT, " ", by=manager)
    act("decide", row, Command.GRANT, "Name the source.", by=manager)
    assert letters()[1:] == [("editor@press.example", "en", f"Your request {row.number} is granted")]
    text = SentMail.objects.order_by("-pk")[0].text
    assert all(
        words in text
        for words in ("Name the source.", "Figure 2", "A book", "800", "It is no license: it opens no course kit and no logo.")
    )
    act("reopen", row, by=manager)
    with pytest.raises(NotAllowed) as refused:
        act("decide", row, Command.REFUSE, "No.", by=manager)
    assert (refused.value.code, ReuseRequest.objects.get().decision) == ("decided", "grant")


def test_a_decision_says_which(request_for):
    send(request_for, path=PERMISSION)
    row, manager = Inquiry.objects.get(), Client()
    manager.force_login(build.staff("Licensing managers"))
    form = {"text": "Name the source.", "seen": actions.latest(row)}
    for buttons in ({}, {"grant": "on", "refuse": "on"}):
        answer = manager.post(f"/cms/inquiries/{row.number}/decide/", form | buttons)
        assert (answer.status_code, ReuseRequest.objects.get().decision, row.steps.count()) == (422, "", 1)


def test_a_refusal_says_its_reasons(request_for):
    send(request_for, path=PERMISSION)
    act("decide", Inquiry.objects.get(), Command.REFUSE, "It is not ours to give.", by=build.staff("Licensing managers"))
    mail = letters() and SentMail.objects.order_by("-pk")[0]
    assert "is refused" in mail.subject and "It is not ours to give." in mail.text and "opens no course kit" not in mail.text


def test_an_inquiry_is_nothing_to_grant(topics, places):
    row = actions.receive(said(topics, places), now=NOW)
    with pytest.raises(NotAllowed) as refused:
        act("decide", row, Command.GRANT, "Yes", by=build.staff("Program managers"))
    row.refresh_from_db()
    assert (refused.value.code, row.state, row.steps.count()) == ("not_a_request", "open", 1)


def test_a_queue_is_called_by_the_people_who_have_it(topics, places):
    manager = build.staff("Program managers", language="es")
    row = actions.receive(said(topics, places), now=NOW)
    read = page(manager, f"/cms/inquiries/{row.number}/")
    assert ("Quien tenga la cola: Gestión de programas" in read, "Program managers" in read) == (True, False)
