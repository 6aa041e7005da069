"""The front page counts and tells what the list itself says."""

import pytest

from content.availability import home, queries
from content.availability.rules import OFFERED
from content.programmes.models import Programme
from tests.clock import NOW

pytestmark = pytest.mark.django_db


def test_the_front_page_of_an_empty_portal_stands():
    front = home.front(now=NOW, language="es")
    assert (front.featured, front.page, front.programmes, front.news) == (None, None, [], [])


@pytest.mark.row("A6")
def test_counts_are_those_of_the_list_and_news_names_each_place_once(lists):
    front = home.front(now=NOW, language="en")
    answers = queries.answers(Programme.objects.get(code="QOPI").pk, as_of=NOW)
    assert front.programmes[0].open_in == sum(answer.status in OFFERED for answer in answers.values())
    assert front.news[0].words.count("Australia") <= 1
    assert front.news[0].programme.code == "QOPI"


def test_a_guessed_day_of_publication_is_said_as_its_year(lists):
    days = [news.at.text for news in home.front(now=NOW, language="en").news]
    assert days == ["about 2023", "25 September 2019", "7 November 2017", "about 2013"]
    assert home.front(now=NOW, language="es").news[1].at.text == "25 de septiembre de 2019"
