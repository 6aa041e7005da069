"""Applying, page by page, without JavaScript: nothing typed is lost, pressing twice sends once, and strangers find nothing."""

import html
import json
import re
from datetime import timedelta

import pytest

from licensing.applications import actions
from licensing.applications.models import Application
from licensing.applications.rules import Side, State
from licensing.history.models import Event
from licensing.organisations import actions as organisations
from licensing.organisations.models import Organisation
from licensing.web.answer_fields import control
from licensing.web.step_form import StepForm
from tests import build
from tests.clock import NOW

pytestmark = pytest.mark.django_db
DESK = "/en/desk/applications"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def eco():
    return build.society("Fundación de Prueba (DEMO)", register_name="Fundación de Prueba")


@pytest.fixture
def owner(client, eco):
    client.force_login(build.owner_of(eco))
    return client


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def typed(application: Application, step: str, given: dict) -> dict:
    """Return what a browser sends for these answers, drawn from the page's own controls."""
    page = StepForm(application, next(one for one in actions.form_of(application) if one.key == step), now=NOW)
    data = {}
    for key, value in page.raws(given).items():
        kind = page.fields[key].question.type
        if value is None:
            continue
        if kind.kind == "rows":
            for number, row in enumerate(value):
                for column in kind.columns:
                    data |= (
                        day(f"{key}-{number}-{column.key}", row.get(column.key))
                        if column.type.kind == "date"
                        else {f"{key}-{number}-{column.key}": row.get(column.key) or ""}
                    )
        elif kind.kind in ("money", "percents"):
            data |= {f"{key}-{part}": inside for part, inside in value.items()}
        elif kind.kind == "places":
            data |= {f"{key}-{number}": code for number, code in enumerate(value)}
        elif kind.kind == "date":
            data |= day(key, value)
        else:
            data[key] = "on" if kind.kind == "tick" else value
    return data


def day(name: str, value: str | None) -> dict:
    year, month, number = (value or "--").split("-")
    return {f"{name}_day": number, f"{name}_month": month.lstrip("0"), f"{name}_year": year}


def seen(answer) -> str:
    return html.unescape(re.search(r'name="seen" value="([^"]*)"', answer.content.decode())[1])


def test_the_licensing_pages_are_public_in_both_languages(client):
    offering = build.offering()
    assert "Offering QTP1-L (DEMO)" in text(client.get("/en/licensing/"))
    assert "Oferta QTP1-L (DEMO)" in text(client.get("/es/licensing/"))
    page = text(client.get("/es/licensing/QTP1-L/"))
    assert "Oferta QTP1-L (DEMO)" in page and "Impartir talleres" in page and "Modificar las diapositivas" in page
    assert client.get("/en/licensing/qtp1-l/").headers["Location"] == "/en/licensing/QTP1-L/"
    assert client.get("/en/licensing/QTP9-L/").status_code == 404
    offering.open = False
    offering.save()
    closed = text(client.get("/en/licensing/QTP1-L/"))
    assert "Not open yet" in closed and "/en/licensing/QTP1-L/apply/" not in closed


def test_a_stranger_signs_in_before_applying_and_comes_back(client):
    build.offering()
    assert client.get("/en/licensing/QTP1-L/apply/").headers["Location"] == "/en/accounts/login/?next=/en/licensing/QTP1-L/apply/"


def test_who_may_not_apply_reads_why(client, eco):
    build.offering()
    client.force_login(build.person(eco, "faculty"))
    answer = client.post("/en/licensing/QTP1-L/apply/")
    assert answer.status_code == 403 and "do not allow this" in text(answer) and Application.objects.count() == 0


def test_the_draft_begins_filled_in_and_a_colleague_is_told_of_it(owner, client, eco):
    build.offering()
    answer = owner.post("/en/licensing/QTP1-L/apply/", follow=True)
    assert answer.redirect_chain == [(f"{DESK}/A-2026-0001/", 302)] and "0 of 7 sections complete." in text(answer)
    assert 'value="Fundación de Prueba (DEMO)"' in text(owner.get(f"{DESK}/A-2026-0001/organisation/"))
    client.force_login(build.person(eco, "preparer"))
    told = client.post("/en/licensing/QTP1-L/apply/")
    assert told.status_code == 200 and "A-2026-0001 open for the same license" in text(told) and Application.objects.count() == 1
    assert client.post("/en/licensing/QTP1-L/apply/", {"another": "yes"}).status_code == 302 and Application.objects.count() == 2


@pytest.mark.row("JN1.6")
@pytest.mark.parametrize("code", ["QTP1-L", "QCS-DH"])
def test_the_whole_form_typed_page_by_page_and_sent_once(owner, code):
    build.offering(code)
    owner.post(f"/en/licensing/{code}/apply/")
    application = Application.objects.get()
    address = f"{DESK}/{application.number}"
    steps = actions.form_of(application)
    for number, step in enumerate(steps):
        page = owner.get(f"{address}/{step.key}/")
        given = build.answers(code)[step.key]
        answer = owner.post(f"{address}/{step.key}/", {**typed(application, step.key, given), "seen": seen(page), "go": "on"})
        following = f"{address}/{steps[number + 1].key}/" if number + 1 < len(steps) else f"{address}/check/"
        assert answer.status_code == 302 and answer.headers["Location"] == following, text(answer)
    kept = actions.answers_of(application)
    expected = {key: value for values in build.answers(code).values() for key, value in values.items()}
    assert {key: kept[key] for key in expected} == expected

    check = text(owner.get(f"{address}/check/"))
    assert "Submit application" in check and "Resolution (DEMO), 12 January 2026" in check
    for _ in range(2):
        assert owner.post(f"{address}/check/").headers["Location"] == f"{address}/sent/"
    application.refresh_from_db()
    assert (application.state, application.revisions.count()) == (State.SUBMITTED, 1)
    receipt = text(owner.get(f"{address}/sent/"))
    assert application.number in receipt and application.revisions.get().sha256 in receipt
    assert "Few teams are trained." in text(owner.get(f"{address}/answers/")) or code == "QCS-DH"


def test_the_same_page_in_spanish(client, eco):
    made = build.draft(eco)
    client.force_login(build.owner_of(eco))
    for page in ("", "organisation/", "signatories/", "finance/", "activity/", "faculty/", "independence/", "declarations/", "check/"):
        assert client.get(f"/es/desk/applications/{made.number}/{page}").status_code == 200


def test_one_goes_on_where_one_stopped_on_any_device(owner, client, eco):
    made = build.draft(eco, filled=False)
    answer = owner.post(f"{DESK}/{made.number}/activity/", {"need": "Few teams.", "seen": "{}", "leave": "on"}, follow=True)
    assert answer.redirect_chain == [(f"{DESK}/{made.number}/", 302)] and "Saved. You can go on" in text(answer)
    client.logout()
    client.force_login(build.person(eco, "preparer"))
    assert "Few teams.</textarea>" in text(client.get(f"{DESK}/{made.number}/activity/"))


def test_leaving_with_gaps_is_no_error_but_going_on_says_what_lacks(owner, eco):
    made = build.draft(eco, filled=False)
    answer = owner.post(f"{DESK}/{made.number}/activity/", {"need": "Few teams.", "seen": "{}", "go": "on"})
    page = text(answer)
    assert answer.status_code == 200 and "<title>Error: What you plan" in page and "Your other answers on this page are saved." in page
    assert '<a href="#id_organiser_0">Who organizes the activity?: This field is required.</a>' in page
    assert '<a href="#id_workshops-0-year">Workshops per year' in page and made.answers.get(key="need").value == "Few teams."


def test_what_cannot_be_kept_stays_on_the_page_and_the_rest_is_saved(owner, eco):
    made = build.draft(eco)
    given = typed(made, "finance", build.answers()["finance"])
    page = owner.get(f"{DESK}/{made.number}/finance/")
    answer = owner.post(
        f"{DESK}/{made.number}/finance/",
        {**given, "finance_contact_email": "nobody", "finance_contact_name": "Other (DEMO)", "seen": seen(page), "leave": "on"},
    )
    shown = text(answer)
    assert answer.status_code == 200 and "Enter an e-mail address in full" in shown and 'value="nobody"' in shown
    assert made.answers.get(key="finance_contact_name").value == "Other (DEMO)"
    assert made.answers.get(key="finance_contact_email").value == build.COMMON["finance_contact_email"]


def test_what_is_wrong_in_a_group_is_said_at_its_control(owner, eco):
    made = build.draft(eco)
    given = typed(made, "signatories", build.answers()["signatories"]) | {"signatories-0-email": "nobody", "seen": "{}"}
    page = text(owner.post(f"{DESK}/{made.number}/signatories/", given))
    assert '<a href="#id_signatories-0-email">No. 1, E-mail address: Enter an e-mail address in full' in page
    assert 'aria-invalid="true" aria-describedby="id_signatories-0-email_error"' in page and 'value="nobody"' in page


@pytest.mark.parametrize("press", ["go", "leave"])
def test_a_power_to_sign_that_is_over_is_refused_where_it_is_entered_and_on_the_last_page(owner, eco, press):
    made = build.draft(eco)
    page, president = owner.get(f"{DESK}/{made.number}/signatories/"), build.answers()["signatories"]["signatories"][0]
    given = typed(made, "signatories", {"signatories": [{**president, "powers_until": "2020-03-31"}], "signing_mode": "alone"})
    answer = owner.post(
        f"{DESK}/{made.number}/signatories/", {**given, "signing_powers_document": "Minutes", "seen": seen(page), press: "on"}
    )
    shown, told = (
        text(answer),
        "The powers ended on 31 March 2020. Give the last day of the powers held now, or name somebody who holds them",
    )
    assert answer.status_code == 200
    assert f'<a href="#id_signatories-0-powers_until_day">No. 1, Powers hold until: {told}</a>' in shown
    assert 'id="id_signatories-0-powers_until_day" value="31"' in shown and f"{told}</span>" in shown
    assert actions.answers_of(made)["signing_powers_document"] == "Minutes"
    check = text(owner.get(f"{DESK}/{made.number}/check/"))
    assert f"Who signs (two or more when jointly, in signing order): {told}" in check and "Submit application" not in check
    assert "Check and submit" not in text(owner.get("/en/desk/"))


def test_adding_and_removing_a_row_keeps_what_was_typed_and_saves_nothing(owner, eco):
    made = build.draft(eco, filled=False)
    before = Event.objects.count()
    first = {"signatories-0-name": "First (DEMO)", "signatories-0-office": "President", "signing_mode": "jointly", "seen": "{}"}
    page = text(owner.post(f"{DESK}/{made.number}/signatories/", {**first, "add": "signatories"}))
    assert 'value="First (DEMO)"' in page and 'id="id_signatories-1-name"' in page and 'value="jointly"' in page and "Error:" not in page
    second = {**first, "signatories-1-name": "Second (DEMO)", "signatories-1-office": ""}
    page = text(owner.post(f"{DESK}/{made.number}/signatories/", {**second, "remove": "signatories-0"}))
    assert 'value="Second (DEMO)"' in page and "First (DEMO)" not in page
    page = text(owner.post(f"{DESK}/{made.number}/organisation/", {"activity_places-0": "ES", "add": "activity_places", "seen": "{}"}))
    assert 'id="id_activity_places-1"' in page and '<option value="ES" selected>' in page
    assert Event.objects.count() == before


@pytest.mark.row("JN1.1")
def test_a_colleagues_change_is_shown_beside_ones_own(owner, eco):
    made = build.draft(eco)
    page = owner.get(f"{DESK}/{made.number}/activity/")
    colleague = build.actor(build.person(eco, "preparer", name="The Colleague (DEMO)"), eco)
    actions.save(made.pk, "activity", {"need": "Theirs.", "venue": "Sevilla"}, side=Side.APPLICANT, by=colleague, now=NOW)

    mine = typed(made, "activity", build.answers(need="Mine.")["activity"]) | {"venue": "", "seen": seen(page), "go": "on"}
    answer = owner.post(f"{DESK}/{made.number}/activity/", mine)

    shown = text(answer)
    assert "The Colleague (DEMO) answered “Theirs.”" in shown and "Mine.</textarea>" in shown and 'value="Sevilla"' in shown
    assert actions.answers_of(made)["need"] == "Theirs."
    again = typed(made, "activity", build.answers(need="Mine.")["activity"]) | {"venue": "Sevilla", "seen": seen(answer), "go": "on"}
    assert owner.post(f"{DESK}/{made.number}/activity/", again).status_code == 302
    assert actions.answers_of(made)["need"] == "Mine."


def test_an_unreadable_sight_overwrites_nothing(owner, eco):
    made = build.draft(eco)
    answer = owner.post(
        f"{DESK}/{made.number}/activity/", typed(made, "activity", build.answers(need="Mine.")["activity"]) | {"seen": "[]"}
    )
    assert answer.status_code == 200 and actions.answers_of(made)["need"] == "Few teams are trained."


def test_an_incomplete_application_lists_what_lacks_and_has_no_button(owner, eco):
    made = build.draft(eco, need=None, sanctions_declared=None)
    page = text(owner.get(f"{DESK}/{made.number}/check/"))
    assert "Why now, and what need in the country" in page and "Submit application" not in page
    before = Event.objects.count()
    assert owner.post(f"{DESK}/{made.number}/check/").headers["Location"] == f"{DESK}/{made.number}/check/"
    made.refresh_from_db()
    assert made.state == State.DRAFT and Event.objects.count() == before


def bare(answer) -> str:
    """Return a page without the token that differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text(answer))


PAGES = ["", "organisation/", "check/", "sent/", "answers/", "withdraw/"]


@pytest.mark.check("S7")
@pytest.mark.parametrize("page", PAGES)
def test_another_organisation_finds_nothing(client, eco, page):
    made = build.draft(eco)
    other = build.society("Other (DEMO)")
    client.force_login(build.owner_of(other))
    before = Event.objects.count()
    address = f"{DESK}/{made.number}/{page}"
    for answer in (client.get(address), client.post(address), client.get(f"{address}?for={eco.pk}")):
        assert answer.status_code in (404, 405)
    unknown = bare(client.get(address.replace(made.number, "A-2026-9999")))
    assert bare(client.get(address)) == unknown.replace("A-2026-9999", made.number)
    assert Event.objects.count() == before


@pytest.mark.parametrize("page", PAGES)
def test_a_member_who_left_finds_nothing(client, eco, page):
    from licensing.organisations import actions as organisations

    made = build.draft(eco)
    left = build.person(eco, "preparer")
    organisations.leave(eco.pk, left.pk, by=build.actor(left, eco), now=NOW)
    client.force_login(left)
    answer = client.get(f"{DESK}/{made.number}/{page}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/desk/organisation/start/")


def test_an_observer_reads_and_writes_nothing(client, eco):
    made = build.draft(eco)
    client.force_login(build.person(eco, "observer"))
    assert client.get(f"{DESK}/{made.number}/").status_code == 200
    for page in ("activity/", "check/", "withdraw/"):
        assert client.post(f"{DESK}/{made.number}/{page}", {"need": "Other."}).status_code == 403
    made.refresh_from_db()
    assert made.state == State.DRAFT and actions.answers_of(made)["need"] == "Few teams are trained."


def test_a_person_of_two_organisations_is_moved_to_the_one_the_application_is_of(client, eco):
    made = build.draft(eco)
    person = build.owner_of(eco)
    build.society("Second (DEMO)", owner=person)
    client.force_login(person)
    client.get("/en/desk/?for=" + str(made.organisation_id + 1))
    answer = client.get(f"{DESK}/{made.number}/", follow=True)
    assert answer.redirect_chain in ([], [(f"{DESK}/{made.number}/?for={eco.pk}", 302)]) and answer.status_code == 200


def test_the_page_of_an_application_says_whose_turn_it_is_and_what_happened(owner, eco):
    manager = build.staff("Licensing managers")
    made = build.application_at(State.DECLINED, eco, manager=manager, now=NOW - timedelta(days=40))
    page = text(owner.get(f"{DESK}/{made.number}/"))
    assert "Not approved. The reasons are below" in page and page.count("Meets all criteria (DEMO)") == 2
    assert re.search(
        r"declined it.*took it for review.*submitted the application.*saved answers in 7 sections.*began the draft", page, re.S
    )
    assert owner.get(f"{DESK}/{made.number}/activity/").headers["Location"] == f"{DESK}/{made.number}/"


def test_withdrawing_asks_first_and_ends_it(owner, eco):
    made = build.application_at(State.SUBMITTED, eco)
    page = owner.get(f"{DESK}/{made.number}/withdraw/")
    assert "This cannot be undone" in text(page)
    owner.post(f"{DESK}/{made.number}/withdraw/", {"seen": seen(page), "reason": "Next year."})
    made.refresh_from_db()
    event = Event.objects.of(made).last()
    assert (made.state, event.command, event.reason) == (State.WITHDRAWN, "withdraw", "Next year.")


def test_withdrawing_from_an_old_sight_is_refused(owner, eco):
    made = build.application_at(State.SUBMITTED, eco)
    old = seen(owner.get(f"{DESK}/{made.number}/withdraw/"))
    actions.move(made.pk, "take", side=Side.STAFF, by=build.actor(build.user()), now=NOW)
    answer = owner.post(f"{DESK}/{made.number}/withdraw/", {"seen": old}, follow=True)
    made.refresh_from_db()
    assert "Somebody else moved this application" in text(answer) and made.state == State.IN_REVIEW


@pytest.mark.parametrize(
    "amount, minor",
    [
        ("150", 15000),
        ("150.00", 15000),
        ("1,500.00", 150000),
        ("1.500,00", 150000),
        ("1 500", 150000),
        ("1.500", 150000),
        ("0", 0),
        ("12,5", 1250),
    ],
)
def test_sums_are_read_as_people_write_them(owner, eco, amount, minor):
    made = build.draft(eco)
    owner.post(
        f"{DESK}/{made.number}/activity/",
        {
            "attendee_fee-amount": amount,
            "attendee_fee-currency": "EUR",
            "seen": json.dumps({"attendee_fee": actions.digest({"amount_minor": 0, "currency": "EUR"})}),
            "leave": "on",
        },
    )
    assert actions.answers_of(made)["attendee_fee"] == {"amount_minor": minor, "currency": "EUR"}


def test_every_kind_of_column_has_a_control():
    for code in ("QTP1-L", "QCS-DH"):
        for question in actions.form.questions(actions.form.steps(code, 1)):
            for column in question.type.columns:
                assert control(column.type) is not None


def test_the_month_of_the_fiscal_year_is_chosen_by_its_name(owner, client, eco):
    made = build.draft(eco)
    page = text(owner.get(f"{DESK}/{made.number}/finance/"))
    assert '<option value="1" selected>January</option>' in page and "As a number" not in page
    assert '<option value="12">diciembre</option>' in text(owner.get(f"/es/desk/applications/{made.number}/finance/"))
    assert "January" in text(owner.get(f"{DESK}/{made.number}/check/"))
    wrong = owner.post(
        f"{DESK}/{made.number}/finance/", {**typed(made, "finance", {"fiscal_year_begins": 13}), "seen": "{}", "leave": "on"}
    )
    assert "Enter a whole number from 1 to 12" in text(wrong) and made.answers.get(key="fiscal_year_begins").value == 1


def test_only_whole_rows_are_filled_in_and_kind_and_town_are_used(client):
    particulars = organisations.Particulars(
        legal_name="Svensk Kvalitet (DEMO)", place_id=build.place().pk, town="Lund", tax_number="802000"
    )
    person = build.user()
    society = organisations.create(particulars, owner=person, by=build.actor(person), now=NOW)
    made = build.draft(society, filled=False)
    given = dict(made.answers.values_list("key", "value"))
    assert "tax_numbers" not in given and "registered_address" not in given and given["legal_form"] == "society"
    client.force_login(person)
    page = text(client.get(f"{DESK}/{made.number}/organisation/"))
    assert re.search(r'id="id_registered_address"[^>]*>\n?Lund, Spain</textarea>', page)
    assert made.answers.filter(key="registered_address").count() == 0


def test_a_tax_number_without_its_kind_stands_on_the_page_and_waits_for_the_kind(owner, client, eco):
    Organisation.objects.filter(pk=eco.pk).update(tax_number="802000")
    made = build.draft(eco, filled=False)
    address = f"{DESK}/{made.number}/finance/"
    page = owner.get(address)
    assert 'name="tax_numbers-0-value" value="802000"' in text(page) and made.answers.filter(key="tax_numbers").count() == 0
    bare = typed(made, "finance", {"tax_numbers": [{"value": "802000"}]})
    lacking = text(owner.post(address, {**bare, "seen": seen(page), "go": "on"}))
    assert '<a href="#id_tax_numbers-0-kind">No. 1, Kind of number: This field is required.</a>' in lacking
    whole = [{"kind": "NIF", "value": "802000"}]
    owner.post(address, {**typed(made, "finance", {"tax_numbers": whole}), "seen": seen(owner.get(address)), "leave": "on"})
    assert made.answers.get(key="tax_numbers").value == whole
    assert text(owner.get(address)).count('value="802000"') == 1


def test_a_paper_that_hangs_on_an_answer_is_asked_for_only_then_and_may_lack(owner, eco):
    made = build.draft(eco)
    page = text(owner.get(f"{DESK}/{made.number}/finance/"))
    block = page.split('data-when="non_profit" data-is="yes"')[2]
    assert block.index('id="id_non_profit_file"') < block.index("id_finance_contact_name") and "(optional)" in block.split("</label>")[0]
    answered = {"signing_powers_file": 1, "non_profit_file": 1}
    shown = text(owner.get(f"{DESK}/{made.number}/check/"))
    assert {key: shown.count(f"#id_{key}") for key in answered} == answered and "Submit application" in shown
    actions.save(made.pk, "finance", {"non_profit": False}, side=Side.OWNER, by=build.actor(build.owner_of(eco), eco), now=NOW)
    shown = text(owner.get(f"{DESK}/{made.number}/check/"))
    assert "Copy of the document that shows it" not in shown and "Submit application" in shown


def test_the_membership_number_says_of_what(owner, eco):
    made = build.draft(eco)
    assert "The number this physician has as a member of the licensor’s society." in text(owner.get(f"{DESK}/{made.number}/faculty/"))
