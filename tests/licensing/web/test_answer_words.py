"""How answers are printed for those who read them."""

from django.utils import translation

from licensing.applications import form
from licensing.web.answer_words import printed

QUESTIONS = {question.key: question for question in form.questions(form.steps("QTP1-L", 1))}


def test_a_row_says_what_its_numbers_are():
    row = {"year": 2027, "workshops": 2, "places": 30, "city": "Nairobi"}
    with translation.override("en"):
        assert printed(QUESTIONS["workshops"], [row], places={}) == (
            "<ol><li>Year: <bdi>2027</bdi> · Workshops: <bdi>2</bdi> · Places in each: <bdi>30</bdi> · <bdi>Nairobi</bdi></li></ol>"
        )


def test_a_row_asks_nothing_back():
    row = {"name": "A <b>", "role": "Oncology", "alumni": True, "coach": False, "languages": "en"}
    with translation.override("es"):
        text = printed(QUESTIONS["faculty"], [row], places={})
    assert "Antiguo alumno del programa: Sí" in text
    assert "¿" not in text
    assert "A &lt;b&gt;" in text
