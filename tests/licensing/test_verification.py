from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import conditional_escape

from i18n.places.models import Area
from licensing import verification
from licensing.entitlements import actions, stopping
from licensing.entitlements.models import Licence
from licensing.history.actions import Actor
from licensing.models import LicenceOffering, OrganisationName
from licensing.verification import Wanted
from portal.core.text import fold
from tests.clock import NOW, TICK, instant
from tests.licensing import deal as deals
from tests.stopping import stop

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
START, END = instant("2026-11-22T09:30"), instant("2028-11-21T23:00")


def staff(email="manager@demo.example") -> Actor:
    user = deals.person(email)
    return Actor(user.pk, str(user))


def licence(
    organisation=None, number="L-2026-0001", valid_from=START, valid_to=END, zone="Europe/Madrid", places=("ES",), **fields
) -> Licence:
    made = actions.enter(
        number=number, organisation=organisation or deals.organisation(), offering=deals.offering(), edition=None,
        places=[deals.place(code) for code in places], valid_from=valid_from, valid_to=valid_to, zone=zone, source="on paper",
        by=staff(), now=NOW,
    )  # fmt: skip
    if fields:
        Licence.objects.filter(pk=made.pk).update(**fields)
    return made


def verdict(made, at):
    told = verification.verify(made.code, now=at)
    return told.verdict.value, told.since


@pytest.mark.row("N3")
def test_the_edges_of_the_term():
    made = licence()
    assert [verdict(made, at) for at in (START - TICK, START, END - TICK, END)] == [
        ("scheduled", None),
        ("valid", None),
        ("valid", None),
        ("expired", END),
    ]


def test_the_edges_of_a_suspension():
    made = licence()
    suspended, lifted = NOW + HOUR, NOW + 2 * HOUR
    stop(made.pk, reason="Report overdue", now=suspended)
    assert [verdict(made, at) for at in (suspended - TICK, suspended, END - TICK, END)] == [
        ("valid", None), ("suspended", suspended), ("suspended", suspended), ("expired", END),
    ]  # fmt: skip
    stopping.reinstate(made.pk, reason="Report is in", by=staff(), now=lifted)
    assert [verdict(made, at) for at in (lifted - TICK, lifted)] == [("suspended", suspended), ("valid", None)]


def test_the_edges_of_a_revocation():
    made = licence()
    at = NOW + HOUR
    stop(made.pk, "revoke", reason="Misuse", now=at)
    assert [verdict(made, when) for when in (at - TICK, at, END)] == [("valid", None), ("revoked", at), ("revoked", at)]


@pytest.mark.parametrize("kind", ["surrendered", "terminated"])
def test_ended_licences_are_told_as_expired_since_their_end(kind):
    made = licence()
    stop(made.pk, "end", kind=kind, reason="Agreed", now=NOW + HOUR)
    assert [verdict(made, at) for at in (NOW + HOUR - TICK, NOW + HOUR)] == [("valid", None), ("expired", NOW + HOUR)]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 21), "scheduled"),
        (date(2026, 11, 22), "valid"),  # began that day at 10:30 in Madrid
        (date(2028, 11, 21), "valid"),  # its last day
        (date(2028, 11, 22), "expired"),
        (START - TICK, "scheduled"),
        (START, "valid"),
    ],
)
def test_on_another_day_the_end_of_that_day_in_the_licences_zone_decides(on, expected):
    assert verification.verify(licence().code, now=instant("2027-03-01"), on=on).verdict == expected


def test_what_happens_today_does_not_change_what_was():
    made = licence()
    stop(made.pk, "revoke", reason="Misuse", now=NOW + timedelta(days=10))
    now = NOW + timedelta(days=11)
    assert verification.verify(made.code, now=now, on=date(2026, 12, 1)).verdict == "valid"
    assert verification.verify(made.code, now=now, on=date(2026, 12, 2)).verdict == "revoked"
    assert verification.verify(made.code, now=now).verdict == "revoked"


def test_today_is_judged_at_this_instant():
    made = licence()
    assert verification.verify(made.code, now=START - TICK, on=date(2026, 11, 22)).verdict == "scheduled"


@pytest.mark.parametrize("text", ["", "7K4M", "0000-0000-0000-0000", "not a code at all", "Ω" * 16])
def test_an_unknown_code_is_unknown(text):
    told = verification.verify(text, now=NOW)
    assert (told.verdict, told.facts) == ("unknown", None)


def test_case_blanks_hyphens_and_misread_signs_do_not_matter():
    made = licence(code="01AB-CDEF-GHJK-MNPQ")
    for text in ("01ab-cdef-ghjk-mnpq", "01ABCDEFGHJKMNPQ", "OIab cdef ghjk mnpq", "0lab-cdef-ghjk-mnpq"):
        assert verification.verify(text, now=NOW).facts.number == made.number


def test_a_verdict_is_one_statement_however_much_happened(django_assert_num_queries):
    made = licence(places=("ES", "BR", "KE"))
    for at in range(3):
        stop(made.pk, reason="x", now=NOW + HOUR * 2 * at)
        stopping.reinstate(made.pk, reason="x", by=staff(), now=NOW + HOUR * (2 * at + 1))
    with django_assert_num_queries(1):
        told = verification.verify(made.code, now=NOW + HOUR * 2)
    assert (told.verdict, told.facts.places) == ("suspended", (("BR", "Brazil"), ("ES", "Spain"), ("KE", "Kenya")))
    Client().get("/en/verify/")  # menu and footer are kept from then on
    with django_assert_num_queries(1):
        assert Client().get(f"/en/verify/{made.code}/").status_code == 200


def test_an_opted_out_licence_still_verifies():
    assert verification.verify(licence(listed=False).code, now=NOW).verdict == "valid"


# --- the register ---


def found(**wanted):
    return [entry.licence.number for entry in verification.register(Wanted(**wanted), now=NOW).entries]


@pytest.mark.check("AC18")
@pytest.mark.parametrize(
    "text",
    [
        "ECO",
        "Fundación ECO",
        "Fundacion Eco",
        "Fundación ECO para la Excelencia y la Calidad de la Oncología",
        "FUNDACION ECO PARA LA EXCELENCIA Y LA CALIDAD DE LA ONCOLOGIA",
        "eco foundation",
    ],
)
def test_ac18_fundacion_eco_is_found_by_any_of_its_names(text):
    eco = deals.organisation("Fundación ECO", short_name="ECO", legal_name="Fundación ECO para la Excelencia y la Calidad de la Oncología")
    OrganisationName.objects.create(
        organisation=eco, language="en", name="ECO Foundation", search_key=fold("ECO Foundation for Excellence and Quality in Oncology")
    )
    other = deals.organisation("Oncología Catalana", mail="other.example")
    licence(eco)
    licence(other, number="L-2026-0002")
    assert found(text=text) == ["L-2026-0001"]
    page = Client().get("/en/register/", {"q": text}).content.decode()
    assert "L-2026-0001" in page
    assert "L-2026-0002" not in page


@pytest.mark.check("AC19")
@pytest.mark.parametrize("where", ["licence", "organisation"])
def test_ac19_a_hidden_licence_appears_in_totals_only(where):
    licence()
    hidden = deals.organisation("Sociedad Discreta", mail="discreta.example", listed=where != "organisation")
    licence(hidden, number="L-2026-0002", **({"listed": False} if where == "licence" else {}))
    register = verification.register(Wanted(), now=NOW)
    assert ([entry.licence.number for entry in register.entries], register.total, register.unnamed) == (["L-2026-0001"], 2, 1)
    for address in ("/en/register/", "/en/register/?q=discreta", "/api/v1/register", "/api/v1/register?q=discreta"):
        answer = Client().get(address).content.decode()
        assert "Discreta" not in answer
        assert "L-2026-0002" not in answer
    assert Client().get("/api/v1/register").json()["unnamed"] == 1


def test_a_name_looked_for_never_changes_the_totals():
    licence()
    licence(deals.organisation("Sociedad Discreta", mail="discreta.example", listed=False), number="L-2026-0002")
    totals = {
        text: (r.total, r.unnamed) for text in ("", "eco", "discreta", "zzz") for r in [verification.register(Wanted(text=text), now=NOW)]
    }
    assert set(totals.values()) == {(2, 1)}


def test_filters_by_place_and_offering_and_those_in_force_first():
    eco = deals.organisation()
    licence(eco, valid_from=instant("2019-09-24T22:00"), valid_to=instant("2020-06-07T22:00"), number="L-2019-0001")
    licence(eco)
    licence(deals.organisation("SBQO", mail="sbqo.example"), number="L-2026-0003", places=("BR",))
    assert found() == ["L-2026-0001", "L-2026-0003", "L-2019-0001"]
    assert (found(place="BR"), found(place="es")) == (["L-2026-0003"], ["L-2026-0001", "L-2019-0001"])
    assert (len(found(offering="qtp1-l")), found(offering="QCS-DH")) == (3, [])


def test_the_register_takes_a_handful_of_statements(django_assert_max_num_queries):
    eco = deals.organisation()
    for at in range(12):
        licence(eco, number=f"L-2026-{at:04}")
    with django_assert_max_num_queries(6):
        assert len(found()) == 12
    Client().get("/en/verify/")  # menu and footer are kept from then on
    with django_assert_max_num_queries(8):
        Client().get("/en/register/")


# --- pages and API ---


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return Client()


@pytest.mark.parametrize(
    ("language", "shown", "html"),
    [
        ("es", "España", "España"),  # the reader's language, though staff wrote an English name
        ("fr", "Kingdom of Spain", '<bdi lang="en">Kingdom of Spain</bdi>'),
        ("en", "Kingdom of Spain", "Kingdom of Spain"),
    ],
)
def test_a_territory_is_called_as_everywhere(language, shown, html):
    made = licence(deals.organisation(short_name="ECO"))
    Area.objects.filter(code="ES").update(staff_name_en="Kingdom of Spain", name_es="España", name_fr="")
    with translation.override(language):
        told = verification.verify(made.code, now=NOW)
    assert told.facts.places == (("ES", shown),)
    assert conditional_escape(told.facts.places[0][1]) == html


@pytest.mark.row("N3")
def test_the_page_says_who_what_where_until_when_and_no_person(client):
    eco = deals.organisation(short_name="ECO")
    made = licence(eco)
    page = client.get(f"/en/verify/{made.code}/")
    said = page.content.decode()
    for text in ("Valid", "Fundación ECO", "Workshop license", "Spain", "L-2026-0001", "24:00 in Madrid", "UTC", "<svg", made.code):
        assert text in said
    assert "DEMO)" not in said.replace("Oncology Quality Society (DEMO)", "")  # nobody of the people
    assert "@" not in said
    assert "no-store" in page["Cache-Control"]


def test_another_spelling_leads_to_the_canonical_address_with_its_question(client):
    licence(code="01AB-CDEF-GHJK-MNPQ")
    answer = client.get("/es/verify/oiabcdefghjkmnpq/?on=2027-01-01")
    assert (answer.status_code, answer["Location"]) == (302, "/es/verify/01AB-CDEF-GHJK-MNPQ/?on=2027-01-01")


def test_an_unknown_code_answers_404_with_the_same_page(client):
    answer = client.get("/en/verify/0000-0000-0000-0000/")
    assert answer.status_code == 404
    assert "Unknown code" in answer.content.decode()
    assert client.get("/en/verify/nonsense/").status_code == 404
    assert (client.get("/api/v1/verify/nonsense").status_code, client.get("/api/v1/verify/nonsense").json()["verdict"]) == (404, "unknown")


def test_another_day_may_be_asked_in_three_fields_or_as_one_value(client):
    made = licence()
    for query in ({"on": "2028-11-22"}, {"on_day": "22", "on_month": "11", "on_year": "2028"}):
        assert "Expired" in client.get(f"/en/verify/{made.code}/", query).content.decode()
    assert client.get(f"/en/verify/{made.code}/", {"on": "yesterday"}).status_code == 422


@pytest.mark.row("N3")
@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2026-11-20", "This license was not in force yet on 20 November 2026: it begins on 22 November 2026, 10:30 in Madrid."),
        ("2027-03-01", "This license will be in force on 1 March 2027, as things stand today."),
        ("2028-11-22", "This license will not be valid any more on 22 November 2028: it ends on 21 November 2028, 24:00 in Madrid."),
    ],
)
def test_another_day_is_not_spoken_of_as_today(client, on, said):
    made = licence()
    page = client.get(f"/en/verify/{made.code}/", {"on": on}).content.decode()
    assert said in page and "This is not about today." in page and f'<a href="/en/verify/{made.code}/">What holds today</a>' in page
    assert "Must not be shown." not in page and "May be shown" not in page
    today = client.get(f"/en/verify/{made.code}/", {"on": "2026-11-22"}).content.decode()
    assert "This license is in force today, 22 November 2026." in today and "This is not about today." not in today


def test_a_day_after_the_end_of_a_license_that_is_over_is_told_as_today_is(client):
    made = licence(valid_from=instant("2024-11-22T09:30"), valid_to=instant("2026-11-20T23:00"))
    said = {on: client.get(f"/en/verify/{made.code}/", {"on": on}).content.decode() for on in ("2025-01-01", "2026-11-21", "2027-01-01")}
    assert "This license was in force on 1 January 2025." in said["2025-01-01"]
    assert "This license was not valid any more on 21 November 2026: it ended on 20 November 2026, 24:00 in Madrid." in said["2026-11-21"]
    assert "This license is not valid since 20 November 2026, 24:00 in Madrid." in said["2027-01-01"]


def test_the_form_leads_to_the_page_or_says_what_a_code_is(client):
    assert client.get("/en/verify/", {"code": "01ab cdef ghjk mnpq"})["Location"] == "/en/verify/01AB-CDEF-GHJK-MNPQ/"
    assert "16 letters and digits" in client.get("/en/verify/", {"code": "ABC"}).content.decode()


def test_the_api_gives_the_same_facts(client):
    made = licence()
    answer = client.get(f"/api/v1/verify/{made.code.lower()}", {"on": "2026-12-01"})
    assert answer.status_code == 200
    said = answer.json()
    assert (said["verdict"], said["organisation"], said["licence"]) == ("valid", "Fundación ECO", "L-2026-0001")
    assert said["places"] == [{"code": "ES", "name": "Spain"}]
    assert datetime.fromisoformat(said["valid_to"]) == END.astimezone(UTC)
    assert client.get(f"/api/v1/verify/{made.code}", {"on": "2026-13-01"}).status_code == 422
    assert client.get("/api/v1/register", {"place": "XX"}).status_code == 422
    assert LicenceOffering.objects.count() == 1


@pytest.mark.check("AC17")
@pytest.mark.parametrize("language", ["en", "es", "pt-br", "fr", "ar"])
def test_ac17_a_name_with_its_mark_stands_as_it_is_in_every_language(client, language):
    made = licence()
    LicenceOffering.objects.update(
        name_en="ASCO Direct™ Highlights: Quality Care Symposium", name_es="ASCO Direct™ Highlights: Quality Care Symposium"
    )
    for address in (f"/{language}/verify/{made.code}/", f"/{language}/register/"):
        assert "ASCO Direct™ Highlights: Quality Care Symposium" in client.get(address).content.decode()
