"""Found by any name, whatever the accents; nobody enters the same body twice unawares."""

import pytest

from licensing.organisations import actions, queries
from tests import people
from tests.clock import NOW

pytestmark = pytest.mark.django_db
LEGAL = "Fundación ECO para la Excelencia y la Calidad de la Oncología"


@pytest.fixture
def eco():
    made = people.organisation(LEGAL, register_name="Fundación ECO", short_name="ECO", town="Madrid", tax_number="G-00000123 (DEMO)")
    actions.add_name(made.pk, "ECO Foundation (Spain)", by=people.actor(people.user()), now=NOW)
    people.organisation("Ecologists of Nowhere (DEMO)")
    return made


@pytest.mark.check("AC18")
@pytest.mark.parametrize(
    "typed", ["ECO", "eco", "Fundación ECO", "Fundacion Eco", "FUNDACIÓN  E.C.O", LEGAL, LEGAL.upper(), "eco foundation"]
)
def test_ac18_an_organization_is_found_by_any_of_its_names(eco, typed):
    assert queries.find(typed)[:1] == [eco]


def test_an_exact_name_comes_before_the_beginning_of_another(eco):
    assert queries.find("eco")[0] == eco
    assert len(queries.find("eco")) == 2


@pytest.mark.parametrize("typed", ["", "  ", "...", "zzz", "ncología"])
def test_nothing_is_found_by_nothing_or_by_the_middle_of_a_word(eco, typed):
    assert queries.find(typed) == []


@pytest.mark.parametrize("typed", ["fundacion eco", "ECO", "G00000123DEMO", "g-00000123 (demo)", "foundation spain"])
def test_one_record_is_suggested(eco, typed):
    assert queries.suggestion(typed) == eco


@pytest.mark.parametrize("typed", ["ec", "DEMO", "zzz", "123"])
def test_nothing_is_suggested_when_it_is_unclear(eco, typed):
    people.organisation("Demography Society")
    people.organisation("Demotic Society")
    assert queries.suggestion(typed) is None


def test_a_tax_number_is_compared_within_its_country(eco):
    elsewhere = people.place("CL", "Chile")
    assert queries.same_as(names=["Another"], place_id=eco.place_id, tax_number="G 00000123 DEMO") == eco
    assert queries.same_as(names=["Another"], place_id=elsewhere.pk, tax_number="G 00000123 DEMO") is None
