"""Staff's queue of applications, and the decision: by right, from the page that was read, never by the applicant's own people."""

import html
import re

import pytest

from licensing.applications.models import Application
from licensing.applications.rules import State
from licensing.history.models import Event
from licensing.organisations import actions as organisations
from licensing.terms.models import TermsOffer
from tests import build
from tests.clock import NOW

pytestmark = pytest.mark.django_db
QUEUE = "/cms/applications/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def manager(client):
    made = build.staff("Licensing managers")
    client.force_login(made)
    return made


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def seen(client, made) -> str:
    return re.search(r'name="seen" value="(\d+)"', text(client.get(f"{QUEUE}{made.number}/")))[1]


def move(client, made, command, **given):
    return client.post(f"{QUEUE}{made.number}/move/", {"command": command, "seen": seen(client, made), **given}, follow=True)


def test_the_queue_shows_each_application_under_whose_turn_it_is(client, manager):
    for state in (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.APPROVED, State.WITHDRAWN):
        build.application_at(state, build.society(f"Society {state} (DEMO)"), manager=manager)
    shown = {
        tab: set(re.findall(r"Society (\w+) \(DEMO\)</bdi>", text(client.get(f"{QUEUE}?tab={tab}"))))
        for tab in ("ours", "new", "review", "drafts", "decided", "closed")
    }
    assert shown == {
        "ours": {"submitted", "in_review"}, "new": {"submitted"}, "review": {"in_review"}, "drafts": {"draft"}, "decided": {"approved"}, "closed": {"withdrawn"},
    }  # fmt: skip
    assert shown["ours"] == set(re.findall(r"Society (\w+) \(DEMO\)</bdi>", text(client.get(QUEUE))))


@pytest.mark.parametrize(
    "query, found",
    [
        ("q=fundacion", {"A-2026-0001"}),
        ("q=A-2026-0002", {"A-2026-0002"}),
        ("place=KE", {"A-2026-0002"}),
        ("programme=QCS", {"A-2026-0002"}),
        ("assigned=nobody", {"A-2026-0001", "A-2026-0002"}),
        ("assigned=me", set()),
        ("place=XX&tab=none", {"A-2026-0001", "A-2026-0002"}),
    ],
)
def test_filters_have_addresses(client, manager, query, found):
    build.application_at(State.SUBMITTED, build.society("Fundación de Prueba (DEMO)"))
    build.application_at(State.SUBMITTED, build.society("Kenya Society (DEMO)", at="KE"), code="QCS-DH")
    assert set(re.findall(r">(A-\d{4}-\d{4})<", text(client.get(f"{QUEUE}?{query}")))) == found


def test_an_empty_queue_says_so(client, manager):
    assert "No application stands under this tab." in text(client.get(QUEUE))
    assert "No application here answers to these filters." in text(client.get(f"{QUEUE}?q=nobody"))


def test_an_application_is_taken_and_approved_and_its_terms_are_drafted(client, manager):
    made = build.application_at(State.SUBMITTED)
    assert "is with you now" in text(move(client, made, "take"))
    page = text(client.get(f"{QUEUE}{made.number}/"))
    assert "Few teams are trained." in page and made.revisions.get().sha256 in page
    assert "is approved" in text(move(client, made, "approve", reason="Meets all criteria (DEMO)"))
    made.refresh_from_db()
    assert (made.state, made.assignee, TermsOffer.objects.get().application) == (State.APPROVED, manager, made)


def test_declining_without_reasons_is_refused_and_with_them_keeps_them(client, manager):
    made = build.application_at(State.IN_REVIEW)
    assert "Write the reasons" in text(move(client, made, "decline"))
    made.refresh_from_db()
    assert made.state == State.IN_REVIEW
    move(client, made, "decline", reason="The need is not shown.")
    assert Event.objects.of(made).last().reason == "The need is not shown." and Application.objects.get().state == State.DECLINED


def test_nothing_is_decided_before_the_organisation_is_vetted_and_the_typed_reason_comes_back(client, manager):
    made = build.application_at(State.IN_REVIEW, build.society(vetted=False))
    page = text(move(client, made, "approve", reason="Good work (DEMO)"))
    assert "is not vetted yet" in page and "Good work (DEMO)</textarea>" in page
    assert f"/cms/organizations/{made.organisation_id}/" in page and Application.objects.get().state == State.IN_REVIEW


def test_a_decision_from_an_old_page_is_refused(client, manager):
    made = build.application_at(State.SUBMITTED)
    old = seen(client, made)
    move(client, made, "take")
    answer = client.post(f"{QUEUE}{made.number}/move/", {"command": "approve", "seen": old}, follow=True)
    assert "Somebody else moved this application" in text(answer) and Application.objects.get().state == State.IN_REVIEW


def test_staff_of_the_applicants_own_organisation_see_no_buttons_and_cannot_decide(client, manager):
    made = build.application_at(State.IN_REVIEW)
    organisations.join(made.organisation_id, manager, ["observer"], by=build.actor(manager), now=NOW)
    page = text(client.get(f"{QUEUE}{made.number}/"))
    assert "so somebody else decides" in page and 'name="command"' not in page
    last = str(Event.objects.of(made).count())
    answer = client.post(f"{QUEUE}{made.number}/move/", {"command": "approve", "seen": last}, follow=True)
    assert "You belong to" in text(answer) and Application.objects.get().state == State.IN_REVIEW


@pytest.mark.check("S7")
def test_who_may_only_read_the_queue_decides_nothing(client):
    made = build.application_at(State.IN_REVIEW)
    client.force_login(build.staff_who_may("licensing.view_queue"))
    assert 'name="command"' not in text(client.get(f"{QUEUE}{made.number}/"))
    assert client.post(f"{QUEUE}{made.number}/move/", {"command": "approve", "seen": "9"}).status_code in (302, 403)
    assert Application.objects.get().state == State.IN_REVIEW


@pytest.mark.parametrize("rights", [(), ("licensing.view_organisation",)])
def test_who_has_no_right_sees_no_queue(client, rights):
    made = build.application_at(State.IN_REVIEW)
    client.force_login(build.staff_who_may(*rights))
    for address in (QUEUE, f"{QUEUE}{made.number}/"):
        assert client.get(address).status_code in (302, 403) and made.organisation.register_name not in text(client.get(address))
    client.force_login(build.owner_of(made.organisation))
    assert client.get(QUEUE).status_code in (302, 403)


def test_a_drafts_answers_are_not_shown_to_staff(client, manager):
    made = build.draft()
    page = text(client.get(f"{QUEUE}{made.number}/"))
    assert "Not submitted yet" in page and "Few teams are trained." not in page


def test_offerings_and_their_parts_are_edited_in_the_cms_by_licensing_managers_only(client, manager):
    offering = build.offering("QCS-DH")
    rows = [offering, offering.rights.first(), offering.evidence.first(), offering.editions.first()]
    pages = [f"/cms/snippets/licensing/{row._meta.model_name}/edit/{row.pk}/" for row in rows]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200 and b"<script>" not in answer.content, page
    client.force_login(build.staff("Finance"))
    assert [client.get(page).status_code for page in pages] == [302] * 4
