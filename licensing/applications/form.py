"""The forms people fill in to apply, by offering and version. Pure: no Django, no clock, no database.

A draft keeps the version it began with; a version is never edited once somebody has begun with it, a new one stands beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from licensing.applications import form_v1
from licensing.applications.questions import Question, Wrong, lacking


@dataclass(frozen=True)
class Step:
    """One page of the form. ``group`` gathers steps on the task list."""

    key: str
    group: str
    title: str
    hint: str
    questions: tuple[Question, ...]


Form = tuple[Step, ...]
VERSIONS = {1: form_v1.STEPS}
OFFERINGS = ("QTP1-L", "QCS-DH")


def _form(offering: str, version: int) -> Form:
    steps = []
    for key, group, title, hint, questions in VERSIONS[version]:
        asked = tuple(question for question in questions if question.offering in ("all", offering))
        if asked:
            steps.append(Step(key, group, title, hint, asked))
    return tuple(steps)


FORMS: dict[str, dict[int, Form]] = {offering: {version: _form(offering, version) for version in VERSIONS} for offering in OFFERINGS}


def steps(offering: str, version: int) -> Form:
    """Return the steps of a form, in order.

    :raises KeyError: there is no such form.
    """
    return FORMS[offering][version]


def step(form: Form, key: str) -> Step | None:
    return next((step for step in form if step.key == key), None)


def after(form: Form, key: str) -> Step | None:
    """Return the step that follows ``key``; None after the last."""
    keys = [step.key for step in form]
    place = keys.index(key) + 1
    return form[place] if place < len(form) else None


def questions(form: Form) -> Iterable[Question]:
    return (question for step in form for question in step.questions)


def step_of(form: Form, key: str) -> Step | None:
    """Return the step that asks ``key``."""
    return next((step for step in form if any(question.key == key for question in step.questions)), None)


# Answers that make sense only together: who may change one may change the others.
TOGETHER = (
    {"signing_mode", "signatories"},
    {"signing_powers_document", "signing_powers_file"},
    {"non_profit_evidence", "non_profit_file"},
    {"faculty", "faculty_files"},
    {"starts_on", "ends_on"},
)
FIXED = {"edition"}  # another edition is another application
OVER = "powers_over"  # said even to who saves and leaves: it is wrong, not missing


def changeable(form: Form, named: Iterable[str]) -> list[Question]:
    """Return the questions whose answers may change when staff asked about ``named``: those, what hangs on them, what belongs with them."""
    open_ = set(named) - FIXED
    while True:
        more = set().union(*(group for group in TOGETHER if group & open_))
        more |= {question.key for question in questions(form) if question.when and question.hangs_on in open_}
        if more <= open_:
            return [question for question in questions(form) if question.key in open_]
        open_ |= more


@dataclass(frozen=True)
class Edition:
    """The days an event under an edition may be held: not before the embargo lifts, not after the rights end."""

    first: date
    last: date


def problems(asked: Iterable[Question], answers: dict[str, Any], *, on: date, edition: Edition | None = None) -> dict[str, list[Wrong]]:
    """Return what keeps ``answers`` from being complete on that day, by key in the order asked; nothing when they are."""
    found: dict[str, list[Wrong]] = {}
    for question in asked:
        wrong = list(lacking(question, answers.get(question.key))) if question.asked(answers) else []
        if not wrong and question.key in ACROSS and answers.get(question.key) is not None:
            wrong = ACROSS[question.key](answers, edition, on)
        if wrong:
            found[question.key] = wrong
    return found


def missing(form: Form, answers: dict[str, Any], *, on: date, edition: Edition | None = None) -> list[str]:
    """Return the keys that stand between these answers and submission on that day."""
    return list(problems(questions(form), answers, on=on, edition=edition))


def shown(form: Form, answers: dict[str, Any]) -> dict[str, Any]:
    """Return the answers that count: those to questions that are asked, given the others."""
    return {q.key: answers[q.key] for q in questions(form) if q.asked(answers) and answers.get(q.key) is not None}


def progress(form: Form, answers: dict[str, Any], *, on: date, edition: Edition | None = None) -> dict[str, str]:
    """Return ``complete``, ``begun`` or ``todo`` for each step. What was filled in beforehand is no beginning."""
    state = {}
    for page in form:
        given = any(
            answers.get(question.key) is not None for question in page.questions if not question.source and question.type.kind != "edition"
        )
        wrong = problems(page.questions, answers, on=on, edition=edition)
        state[page.key] = "complete" if not wrong else "begun" if given else "todo"
    return state


def _signatories(answers: dict[str, Any], edition: Edition | None, on: date) -> list[Wrong]:
    rows = answers["signatories"]
    if answers.get("signing_mode") == "jointly" and len(rows) < 2:
        return [Wrong("two_sign_jointly")]
    addresses = [row["email"].strip().lower() for row in rows if row.get("email")]
    if len(set(addresses)) < len(addresses):
        return [Wrong("same_address")]
    ends = [(number, date.fromisoformat(row["powers_until"])) for number, row in enumerate(rows, 1) if row.get("powers_until")]
    return [Wrong(OVER, row=number, column="powers_until", last=last) for number, last in ends if last < on]


def _starts_on(answers: dict[str, Any], edition: Edition | None, on: date) -> list[Wrong]:
    first = date.fromisoformat(answers["starts_on"])
    if edition and first < edition.first:
        return [Wrong("before_embargo", first=edition.first)]
    return []


def _ends_on(answers: dict[str, Any], edition: Edition | None, on: date) -> list[Wrong]:
    last = date.fromisoformat(answers["ends_on"])
    first = date.fromisoformat(answers["starts_on"]) if answers.get("starts_on") else last
    if last < first:
        return [Wrong("ends_before_start")]
    if last > first + timedelta(days=1):
        return [Wrong("more_than_two_days", third=first + timedelta(days=2))]
    if edition and last > edition.last:
        return [Wrong("after_rights", last=edition.last)]
    return []


ACROSS = {"signatories": _signatories, "starts_on": _starts_on, "ends_on": _ends_on}
