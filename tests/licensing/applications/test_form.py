"""The form is the contract of demo/questions.md, and answers are judged exactly."""

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from licensing.applications import form
from licensing.applications.questions import Known, Question, Wrong, check, read_type
from tests import build
from tests.clock import TODAY

ROOT = Path(__file__).resolve().parents[3]
SAME_ADDRESS = [
    {"name": "One (DEMO)", "office": "President", "email": "both@eco.example"},
    {"name": "Two (DEMO)", "office": "Secretary", "email": " Both@eco.example"},
]
QTP1, QCS = form.steps("QTP1-L", 1), form.steps("QCS-DH", 1)


def written() -> dict[str, list[tuple]]:
    """Read the tables of demo/questions.md: step -> rows."""
    tables, step = {}, ""
    for line in (ROOT / "demo/questions.md").read_text().splitlines():
        if line.startswith("## "):
            step = line[3:].strip()
            tables[step] = []
        elif line.startswith("| ") and not line.startswith(("| key", "|---")):
            tables[step].append(tuple(cell.strip() for cell in line.strip("|").split(" | ")))
    return tables


def as_row(question: Question) -> tuple:
    required = f"if {question.when}" if question.when else "yes" if question.required else "no"
    return question.key, question.spec, required, question.offering, question.source or "–", question.label


def test_the_form_asks_exactly_what_questions_md_says():
    tables = written()
    assert list(tables) == [key for key, *_ in form.VERSIONS[1]]
    for key, _group, _title, _hint, questions in form.VERSIONS[1]:
        assert [as_row(question) for question in questions] == tables[key]


def test_each_offering_has_its_own_steps():
    assert [step.key for step in QTP1] == ["organisation", "signatories", "finance", "activity", "faculty", "independence", "declarations"]
    assert [step.key for step in QCS] == ["organisation", "signatories", "finance", "activity", "event", "independence", "declarations"]
    assert form.after(QTP1, "activity").key == "faculty" and form.after(QCS, "declarations") is None


def test_every_code_and_column_has_words():
    for question in form.questions((*QTP1, *QCS)):
        codes = question.type.codes or tuple(column.key for column in question.type.columns)
        assert tuple(code for code, _words in question.options) == codes, question.key


def test_a_condition_hangs_on_a_question_of_the_same_step():
    for step in (*QTP1, *QCS):
        keys = {question.key for question in step.questions}
        for question in step.questions:
            assert not question.when or re.split("[=≠]", question.when)[0] in keys


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "demo/answers").glob("*.toml")))
def test_the_answers_of_the_demo_are_answers(name):
    answers = {}
    asked = QCS if "qcs" in name else QTP1
    for key, given in tomllib.loads((ROOT / f"demo/answers/{name}.toml").read_text()).items():
        questions = {question.key: question for question in form.step(asked, key).questions}
        assert set(given) <= set(questions)
        answers |= {at: check(questions[at].type, relative(value)) for at, value in given.items()}
    missing = form.missing(asked, answers, on=TODAY)
    assert bool(missing) is (name == "kenya-qtp1")
    if missing:
        assert form.progress(asked, answers, on=TODAY) == {
            "organisation": "complete", "signatories": "complete", "finance": "todo", "activity": "begun",
            "faculty": "todo", "independence": "todo", "declarations": "todo",
        }  # fmt: skip


def relative(value):
    if isinstance(value, list):
        return [relative(one) for one in value]
    if isinstance(value, dict):
        return {key: relative(one) for key, one in value.items()}
    if not isinstance(value, str) or not value.startswith("relative:"):
        return value
    kind = value.removeprefix("relative:")
    if kind.endswith("d"):
        return (date(2026, 11, 22) + timedelta(days=int(kind[:-1]))).isoformat()
    return 2026 + int(kind[:-1]) if kind.endswith("y") else "2027"


@pytest.mark.parametrize(
    "spec, raw, kept",
    [
        ("text(5)", "  a \n b ", "a b"), ("text(5)", "   ", None), ("words(3)", " one two\nthree ", "one two\nthree"),
        ("choice(a/b)", "a", "a"), ("yes_no", "no", False), ("yes_no", True, True), ("tick", "on", True), ("tick", False, None),
        ("number(1..12)", "12", 12), ("number(0..12)", 0, 0), ("date", date(2027, 3, 1), "2027-03-01"), ("email", " a@b.example ", "a@b.example"),
        ("places", ["ES", "", "PT", "ES"], ["ES", "PT"]), ("places", [""], None), ("languages", ["sw", "en"], ["en", "sw"]),
        ("money", {"amount_minor": 0, "currency": "EUR"}, {"amount_minor": 0, "currency": "EUR"}),
        ("percents(a/b)", {"a": "60", "b": ""}, {"a": 60}), ("rows(0..2: a text(3), b? number(1..2))", [{"a": "x", "b": "2"}, {"a": ""}], [{"a": "x", "b": 2}]),
        ("rows(1..2: a text(3))", [{"a": " "}], None), ("edition", "2027", "2027"), ("file", "x", None), ("number(1..2)", "", None),
    ],
)  # fmt: skip
def test_what_is_kept(spec, raw, kept):
    assert check(read_type(spec), raw) == kept


@pytest.mark.parametrize(
    "spec, raw, code, facts",
    [
        ("text(5)", "abcdef", "too_long", {"limit": 5, "length": 6}), ("words(2)", "a b c", "too_many_words", {"limit": 2, "length": 3}),
        ("choice(a/b)", "c", "unknown_choice", {}), ("yes_no", "perhaps", "unknown_choice", {}), ("number(1..12)", "13", "out_of_range", {"low": 1, "high": 12}),
        ("number(1..12)", "1.5", "no_number", {}), ("number(0..1)", True, "no_number", {}), ("date", "2027-02-30", "no_date", {}),
        ("email", "a@b", "no_email", {}), ("place", "XX", "unknown_place", {}), ("places", ["ES", "XX"], "unknown_place", {}),
        ("languages", ["tlh"], "unknown_choice", {}), ("money", {"amount_minor": -1, "currency": "EUR"}, "no_sum", {}),
        ("money", {"amount_minor": 1, "currency": "XAU"}, "unknown_currency", {"accepted": ("USD", "EUR")}), ("percents(a/b)", {"a": 101}, "no_percent", {}),
        ("rows(0..1: a text(3))", [{"a": "x"}, {"a": "y"}], "too_many_rows", {"limit": 1}),
        ("rows(0..2: a text(3))", [{"a": "x"}, {"a": "long"}], "too_long", {"limit": 3, "length": 4, "row": 2, "column": "a"}),
        ("edition", "1999", "unknown_choice", {}),
    ],
)  # fmt: skip
def test_what_is_refused(spec, raw, code, facts):
    with pytest.raises(Wrong) as wrong:
        check(read_type(spec), raw, known=Known(places={"ES", "PT"}, editions={"2027"}))
    assert (wrong.value.code, wrong.value.facts) == (code, facts)


def flat(code: str, **changes):
    return {key: value for values in build.answers(code, **changes).values() for key, value in values.items() if value is not None}


@pytest.mark.parametrize("code, asked", [("QTP1-L", QTP1), ("QCS-DH", QCS)])
def test_complete_answers_lack_nothing(code, asked):
    assert form.missing(asked, flat(code), on=TODAY) == []
    assert set(form.progress(asked, flat(code), on=TODAY).values()) == {"complete"}


@pytest.mark.parametrize(
    "code, changes, problems",
    [
        ("QTP1-L", {"legal_name": None}, {"legal_name": ["missing"]}),
        ("QTP1-L", {"sanctions_declared": None}, {"sanctions_declared": ["missing"]}),
        ("QTP1-L", {"no_tax_number_reason": None}, {"no_tax_number_reason": ["missing"]}),
        ("QTP1-L", {"no_tax_number_reason": None, "vat_registered": True}, {}),
        ("QTP1-L", {"tax_numbers": None, "other_names": None}, {}),
        ("QTP1-L", {"audience_mix": {"physicians": 99}}, {"audience_mix": ["not_100"]}),
        ("QTP1-L", {"faculty": [{"name": "One (DEMO)"}]}, {"faculty": ["too_few_rows", "missing", "missing", "missing", "missing"]}),
        ("QTP1-L", {"signing_mode": "jointly"}, {"signatories": ["two_sign_jointly"]}),
        ("QTP1-L", {"signing_mode": "jointly", "signatories": SAME_ADDRESS}, {"signatories": ["same_address"]}),
        ("QCS-DH", {"ends_on": "2027-05-08"}, {"ends_on": ["more_than_two_days"]}),
        ("QCS-DH", {"ends_on": "2027-05-05"}, {"ends_on": ["ends_before_start"]}),
        ("QCS-DH", {"starts_on": "2027-03-21", "ends_on": "2027-03-21"}, {"starts_on": ["before_embargo"]}),
        ("QCS-DH", {"starts_on": "2027-12-22", "ends_on": "2027-12-23"}, {"ends_on": ["after_rights"]}),
        ("QCS-DH", {"exclusivity": "country"}, {"exclusivity_reason": ["missing"]}),
    ],
)  # fmt: skip
def test_what_is_lacking(code, changes, problems):
    edition = form.Edition(first=date(2027, 3, 22), last=date(2027, 12, 22)) if code == "QCS-DH" else None
    found = form.problems(form.questions(form.steps(code, 1)), flat(code, **changes), on=TODAY, edition=edition)
    assert {key: [wrong.code for wrong in wrongs] for key, wrongs in found.items()} == problems


def signatory(last: date | None, email: str = "one@eco.example") -> dict[str, str]:
    until = {"powers_until": last.isoformat()} if last else {}
    return {"name": "One (DEMO)", "office": "President", "email": email, **until}


@pytest.mark.parametrize("last, found", [(None, 0), (TODAY + timedelta(days=1), 0), (TODAY, 0), (TODAY - timedelta(days=1), 1)])
def test_powers_that_hold_today_are_an_answer_and_those_that_ended_yesterday_are_none(last, found):
    answers = flat("QTP1-L", signatories=[signatory(None, "two@eco.example"), signatory(last)])
    wrongs = form.problems(form.step(QTP1, "signatories").questions, answers, on=TODAY).get("signatories", [])
    told = {"row": 2, "column": "powers_until", "last": TODAY - timedelta(days=1)}
    assert [(wrong.code, wrong.facts) for wrong in wrongs] == [("powers_over", told)] * found
    assert form.progress(QTP1, answers, on=TODAY)["signatories"] == ("begun" if found else "complete")


def test_an_answer_to_a_question_that_is_not_asked_any_more_does_not_count():
    answers = flat("QTP1-L", vat_registered=True)
    assert "no_tax_number_reason" in answers and "no_tax_number_reason" not in form.shown(QTP1, answers)
