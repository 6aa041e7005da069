"""What a question of an application is, and which values are answers to it. Pure: no Django, no clock, no database.

A type is written as in demo/questions.md: ``text(200)``, ``choice(a/b)``, ``rows(1..4: name text(120), until? date)``.
``check`` says whether a value can be kept; ``lacking`` says what a kept value still lacks to be complete.
"""

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

LANGUAGES = ("en", "es", "pt-br", "fr", "ar", "hi", "sw")
CURRENCIES = ("USD", "EUR")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class Wrong(Exception):
    """The value cannot be an answer; ``code`` is stable, ``facts`` are for the sentence. ``row`` (from 1) and ``column`` say where in a group."""

    def __init__(self, code: str, **facts: Any):
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Type:
    """``high`` is the longest text in characters, the most words, the largest number or the most rows; ``low`` the least."""

    kind: str
    low: int = 0
    high: int = 0
    codes: tuple[str, ...] = ()
    columns: tuple["Column", ...] = ()


@dataclass(frozen=True)
class Column:
    """One column of a repeating group."""

    key: str
    type: Type
    required: bool


@dataclass(frozen=True)
class Question:
    """``spec`` is the type in writing; ``when`` is ``key=value`` or ``key≠value`` of a question of the same step, empty = always asked.

    ``source`` names the organisation's own data the answer starts with; ``criterion`` what the answer is read for.
    ``options`` are (code, words) of choices, percents and columns.
    """

    key: str
    spec: str
    label: str
    required: bool = False
    offering: str = "all"
    when: str = ""
    source: str = ""
    hint: str = ""
    criterion: str = ""
    options: tuple[tuple[str, str], ...] = ()
    type: Type = field(init=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "type", read_type(self.spec))

    @property
    def hangs_on(self) -> str:
        """Return the key of the question that decides whether this one is asked; '' = always asked."""
        return re.split("[=≠]", self.when)[0]

    @property
    def needed(self) -> bool:
        """Say whether an application lacks something without the answer, where the question is asked; a paper that hangs on an answer may lack."""
        return self.required or bool(self.when) and self.type.kind != "file"

    def asked(self, answers: dict[str, Any]) -> bool:
        """Say whether the answers so far make this a question at all."""
        if not self.when:
            return True
        key, sign, wanted = re.split("([=≠])", self.when)
        value = answers.get(key)
        given = ("yes" if value else "no") if isinstance(value, bool) else value
        return given is not None and (given == wanted) is (sign == "=")


def read_type(spec: str) -> Type:
    """Read a type as written.

    :raises ValueError: it is none of the types of demo/questions.md.
    """
    found = re.fullmatch(r"(\w+)(?:\((.*)\))?", spec)
    if not found or found[1] not in CHECKS:
        raise ValueError(spec)
    kind, inside = found[1], found[2] or ""
    if kind == "rows":
        size, columns = inside.split(": ", 1)
        low, high = map(int, size.split(".."))
        return Type(kind, low, high, columns=tuple(map(_read_column, columns.split(", "))))
    if kind == "number":
        low, high = map(int, inside.split(".."))
        return Type(kind, low, high)
    if kind in ("choice", "percents"):
        return Type(kind, codes=tuple(inside.split("/")))
    return Type(kind, high=int(inside or 0))


def _read_column(text: str) -> Column:
    key, spec = text.split(" ", 1)
    return Column(key.removesuffix("?"), read_type(spec), not key.endswith("?"))


@dataclass(frozen=True)
class Known:
    """What answers may name: codes of places, labels of editions one can apply for. None = anything."""

    places: Container[str] | None = None
    editions: Container[str] | None = None


def check(kind: Type, raw: Any, *, known: Known = Known()) -> Any:
    """Return the value to keep for ``raw`` (as typed, or as JSON has it); None when nothing was said.

    :raises Wrong: it is no answer of this type.
    """
    if raw is None or raw == "" or raw == [] or raw == {}:
        return None
    return CHECKS[kind.kind](kind, raw, known)


NUL = "\x00"  # no database keeps it


def _text(kind: Type, raw: Any, known: Known) -> str | None:
    text = " ".join(str(raw).replace(NUL, "").split())
    if len(text) > kind.high:
        raise Wrong("too_long", limit=kind.high, length=len(text))
    return text or None


def _words(kind: Type, raw: Any, known: Known) -> str | None:
    text = "\n".join(line.rstrip() for line in str(raw).replace(NUL, "").strip().splitlines())
    if len(text.split()) > kind.high:
        raise Wrong("too_many_words", limit=kind.high, length=len(text.split()))
    return text or None


def _choice(kind: Type, raw: Any, known: Known) -> str:
    if raw not in kind.codes:
        raise Wrong("unknown_choice")
    return raw


def _yes_no(kind: Type, raw: Any, known: Known) -> bool:
    if raw in (True, "yes", "true", "on"):
        return True
    if raw in (False, "no", "false"):
        return False
    raise Wrong("unknown_choice")


def _tick(kind: Type, raw: Any, known: Known) -> bool | None:
    return _yes_no(kind, raw, known) or None


def _number(kind: Type, raw: Any, known: Known) -> int:
    text = str(raw).strip()
    if isinstance(raw, bool) or not re.fullmatch(r"\d{1,9}", text):
        raise Wrong("no_number")
    if not kind.low <= int(text) <= kind.high:
        raise Wrong("out_of_range", low=kind.low, high=kind.high)
    return int(text)


def _month(kind: Type, raw: Any, known: Known) -> int:
    return _number(Type("number", 1, 12), raw, known)


def _date(kind: Type, raw: Any, known: Known) -> str:
    try:
        day = raw if isinstance(raw, date) else date.fromisoformat(str(raw).strip())
    except ValueError:
        raise Wrong("no_date") from None
    if not 1000 <= day.year < 9999:
        raise Wrong("no_date")
    return day.isoformat()


def _email(kind: Type, raw: Any, known: Known) -> str | None:
    text = str(raw).strip()
    if text and (len(text) > 254 or not _EMAIL.fullmatch(text)):
        raise Wrong("no_email")
    return text or None


def _place(kind: Type, raw: Any, known: Known) -> str:
    if known.places is not None and raw not in known.places:
        raise Wrong("unknown_place")
    return str(raw)


def _places(kind: Type, raw: Any, known: Known) -> list[str] | None:
    return [_place(kind, code, known) for code in dict.fromkeys(raw) if code] or None


def _languages(kind: Type, raw: Any, known: Known) -> list[str]:
    if not set(raw) <= set(LANGUAGES):
        raise Wrong("unknown_choice")
    return [code for code in LANGUAGES if code in raw]


def _money(kind: Type, raw: Any, known: Known) -> dict[str, Any]:
    amount, currency = raw.get("amount_minor"), raw.get("currency")
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount <= 10**10:
        raise Wrong("no_sum")
    if currency not in CURRENCIES:
        raise Wrong("unknown_currency", accepted=CURRENCIES)
    return {"amount_minor": amount, "currency": currency}


def _percents(kind: Type, raw: Any, known: Known) -> dict[str, int] | None:
    if not set(raw) <= set(kind.codes):
        raise Wrong("unknown_choice")
    given = {code: raw[code] for code in kind.codes if raw.get(code) not in (None, "")}
    try:
        return {code: _number(Type("number", 0, 100), value, known) for code, value in given.items()} or None
    except Wrong:
        raise Wrong("no_percent") from None


def _rows(kind: Type, raw: Any, known: Known) -> list[dict[str, Any]] | None:
    kept = []
    for number, row in enumerate(raw, 1):
        values = {}
        for column in kind.columns:
            try:
                values[column.key] = check(column.type, row.get(column.key), known=known)
            except Wrong as wrong:
                raise Wrong(wrong.code, **{**wrong.facts, "row": number, "column": column.key}) from None
        if any(value is not None for value in values.values()):
            kept.append({key: value for key, value in values.items() if value is not None})
    if len(kept) > kind.high:
        raise Wrong("too_many_rows", limit=kind.high)
    return kept or None


def _edition(kind: Type, raw: Any, known: Known) -> str:
    if known.editions is not None and raw not in known.editions:
        raise Wrong("unknown_choice")
    return str(raw)


def _file(kind: Type, raw: Any, known: Known) -> None:
    """Papers are attached by ``filing``; what a page or a job says of them is no answer."""


CHECKS: dict[str, Callable[[Type, Any, Known], Any]] = {
    "text": _text, "words": _words, "choice": _choice, "yes_no": _yes_no, "tick": _tick, "number": _number, "month": _month, "date": _date, "email": _email,
    "place": _place, "places": _places, "languages": _languages, "money": _money, "percents": _percents, "rows": _rows,
    "edition": _edition, "file": _file,
}  # fmt: skip


def lacking(question: Question, value: Any) -> Iterator[Wrong]:
    """Yield what keeps a value that could be kept from being a complete answer."""
    kind = question.type
    if value is None:
        if question.needed:
            yield Wrong("missing")
        return
    if kind.kind == "percents" and sum(value.values()) != 100:
        yield Wrong("not_100", total=sum(value.values()))
    if kind.kind == "rows":
        if len(value) < kind.low:
            yield Wrong("too_few_rows", least=kind.low, there=len(value))
        for number, row in enumerate(value, 1):
            for column in kind.columns:
                if column.required and row.get(column.key) is None:
                    yield Wrong("missing", row=number, column=column.key)
