"""The answers of the demo applications fit the questions: keys, steps, types, what is required."""

import re
import tomllib
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[3] / "demo"


def read(name: str) -> dict:
    return tomllib.loads((DEMO / name).read_text("utf-8"))


STORIES = read("stages.toml")["story"]


def questions() -> dict[str, dict]:
    """Return key -> {step, type, required, offering} from the tables of questions.md."""
    found, step = {}, None
    for line in (DEMO / "questions.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            step = line[3:]
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if step and line.startswith("|") and cells[0] not in ("key", "---"):
            assert cells[0] not in found, cells[0]
            found[cells[0]] = {"step": step, "type": cells[1], "required": cells[2], "offering": cells[3]}
    return found


QUESTIONS = questions()


def parts(text: str) -> list[str]:
    """Split at the commas outside brackets."""
    return [part.strip() for part in re.split(r",\s*(?![^()]*\))", text) if part.strip()]


def bad(kind: str, value) -> bool:
    """True when ``value`` is no answer of type ``kind`` (the types of questions.md)."""
    name, _, inner = kind.partition("(")
    inner = inner.removesuffix(")")
    if name == "text":
        return not isinstance(value, str) or len(value) > int(inner)
    if name == "words":
        return not isinstance(value, str) or len(value.split()) > int(inner)
    if name == "choice":
        return value not in inner.split("/")
    if name == "number":
        low, high = map(int, inner.split(".."))
        return not (isinstance(value, int) and low <= value <= high or re.fullmatch(r"relative:\+\d+y", str(value)))
    if name == "percents":
        return set(value) != set(inner.split("/")) or sum(value.values()) != 100
    if name == "rows":
        span, _, columns = inner.partition(": ")
        low, high = map(int, span.split(".."))
        return not low <= len(value) <= high or any(bad_row(columns, row) for row in value)
    return {
        "yes_no": lambda: not isinstance(value, bool),
        "month": lambda: value not in range(1, 13),
        "tick": lambda: value is not True,
        "date": lambda: not re.fullmatch(r"relative:\+\d+d|\d{4}-\d\d-\d\d", value),
        "email": lambda: not value.endswith(".example"),
        "place": lambda: not re.fullmatch(r"[A-Z]{2}", value),
        "places": lambda: not value or any(bad("place", code) for code in value),
        "languages": lambda: not value or not set(value) <= {"en", "es", "pt-br", "fr", "ar", "hi", "sw"},
        "money": lambda: set(value) != {"amount_minor", "currency"} or value["amount_minor"] < 0,
        "edition": lambda: value not in {"2019", "relative:edition"},
    }[name]()


def bad_row(columns: str, row: dict) -> bool:
    kinds = dict(column.split(" ", 1) for column in parts(columns))
    needed = {name for name in kinds if not name.endswith("?")}
    known = {name.removesuffix("?") for name in kinds}
    return not needed <= set(row) <= known or any(bad(kinds.get(key) or kinds[f"{key}?"], value) for key, value in row.items())


def asked(question: dict, answers: dict, offering: str) -> bool:
    """True when ``question`` must be answered before submitting."""
    if question["offering"] not in ("all", offering) or question["required"] == "no" or question["type"].startswith("file"):
        return False
    if condition := re.fullmatch(r"if (\w+)(=|≠)(\w+)", question["required"]):
        key, sign, wanted = condition.groups()
        is_equal = {True: "yes", False: "no"}.get(answers.get(key), answers.get(key)) == wanted
        return is_equal == (sign == "=")
    return True


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["key"])
def test_answers_fit_the_questions(story):
    steps = read(f"answers/{story['answers']}.toml")
    flat = {key: value for answers in steps.values() for key, value in answers.items()}
    for step, answers in steps.items():
        for key, value in answers.items():
            question = QUESTIONS[key]
            assert question["step"] == step, key
            assert question["offering"] in ("all", story["offering"]), key
            assert not bad(question["type"], value), (key, value)
    missing = {key for key, question in QUESTIONS.items() if asked(question, flat, story["offering"]) and key not in flat}
    assert (missing == set()) == (story["stage"] != "draft"), missing
    if flat.get("signing_mode") == "jointly":
        assert len(flat["signatories"]) >= 2


def test_the_draft_of_kenya_is_about_half_complete():
    flat = {key: value for answers in read("answers/kenya-qtp1.toml").values() for key, value in answers.items()}
    wanted = {key for key, question in QUESTIONS.items() if asked(question, flat, "QTP1-L")}
    assert 0.3 < len(wanted & set(flat)) / len(wanted) < 0.7


def test_the_agenda_of_the_symposium_has_two_days_at_most():
    agenda = read("answers/eco-qcs.toml")["event"]["agenda"]
    assert {row["day"] for row in agenda} == {1, 2}
    assert all(row["starts"] < row["ends"] for row in agenda)
