"""What a wrong answer is told, and how an answer is printed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, pgettext

from i18n import formats
from i18n.interface import listing, own, own_listing, sentence
from licensing.applications.form import Form
from licensing.applications.questions import LANGUAGES, Question, Type, Wrong

LANGUAGE_NAMES = {  # in their own words, as people look for them
    "en": "English", "es": "Español", "pt-br": "Português (Brasil)", "fr": "Français", "ar": "العربية", "hi": "हिन्दी", "sw": "Kiswahili",
}  # fmt: skip
assert set(LANGUAGE_NAMES) == set(LANGUAGES)
CURRENCY_NAMES = {"USD": gettext_lazy("US dollar (USD)"), "EUR": gettext_lazy("Euro (EUR)")}

WORDS: dict[str, Any] = {
    "missing": gettext_lazy("This field is required."),
    "unknown_choice": gettext_lazy("Choose one of the answers offered"),
    "no_number": gettext_lazy("Enter a whole number, in digits"),
    "out_of_range": gettext_lazy("Enter a whole number from %(low)s to %(high)s"),
    "no_date": gettext_lazy("Enter a date that exists, with day, month and year, such as 27 March 2027"),
    "no_email": gettext_lazy("Enter an e-mail address in full, such as name@society.example"),
    "unknown_place": gettext_lazy("Choose a country or territory from the list"),
    "no_sum": gettext_lazy("Enter a sum in digits, such as 150 or 150.00; 0 if there is no fee"),
    "unknown_currency": gettext_lazy("Choose one of the currencies offered"),
    "no_percent": gettext_lazy("Enter whole numbers from 0 to 100"),
    "not_100": gettext_lazy("The numbers make %(total)s together; they must make 100"),
    "two_sign_jointly": gettext_lazy("You said that several people sign jointly: name at least two"),
    "powers_over": gettext_lazy("The powers ended on %(last)s. Give the last day of the powers held now, or name somebody who holds them"),
    "before_embargo": gettext_lazy("The embargo of this edition lifts on %(first)s; begin on that day or later"),
    "ends_before_start": gettext_lazy("The last day lies before the first; give the same day or the day after it"),
    "more_than_two_days": gettext_lazy("Two days at most; %(third)s would be a third day"),
    "empty": gettext_lazy("“%(name)s” holds nothing. Save it again, then attach it"),
    "too_large": gettext_lazy("“%(name)s” is larger than %(size)s MB. Make it smaller, or divide it"),
    "unknown_type": gettext_lazy("“%(name)s” is not a PDF, PNG or JPEG, whatever its name says. Save it as a PDF, then attach it"),
    "broken": gettext_lazy("“%(name)s” is cut off or damaged. Save it again, then attach it"),
    "locked": gettext_lazy("“%(name)s” asks for a password. Save it without, then attach it; only you and the licensor can open it here"),
    "active_content": gettext_lazy("“%(name)s” carries scripts or enclosed files. Print it to a new PDF, then attach that"),
    "too_heavy": gettext_lazy("“%(name)s” is too complicated to be checked. Print it to a new PDF, then attach that"),
    "too_many_files": gettext_lazy("“%(name)s” was not kept: at most %(limit)s files stand here. Take one out first"),
    "same_address": gettext_lazy("Give each person an email address of their own: they sign with it"),
    "unanswered": gettext_lazy("Change the answer above, or write a reply"),
    "after_rights": gettext_lazy("The rights of this edition end on %(last)s; end on that day or earlier"),
}


def wrong_words(wrong: Wrong) -> str:
    """Return what is wrong and what is accepted, as a sentence in the reader's language."""
    language = get_language() or "en"
    facts = {name: own(formats.day(fact, language), language) if isinstance(fact, date) else fact for name, fact in wrong.facts.items()}
    if wrong.code == "too_long":
        return gettext("Shorten this to %(limit)s characters; it has %(length)s") % facts
    if wrong.code == "too_many_words":
        return gettext("Shorten this to %(limit)s words; it has %(length)s") % facts
    if wrong.code == "too_few_rows":
        return (
            ngettext(
                "Name at least %(least)s; you have named %(there)s", "Name at least %(least)s; you have named %(there)s", facts["least"]
            )
            % facts
        )
    if wrong.code == "too_many_rows":
        return ngettext("Only %(limit)s can be named here", "Only %(limit)s can be named here", facts["limit"]) % facts
    return sentence(str(WORDS[wrong.code]), **facts)


def column_words(question: Question, key: str) -> str:
    """Return the words of a code or column of a question."""
    return gettext(dict(question.options)[key])


FileAddress = Callable[[int], str]


def printed(question: Question, value: Any, *, places: Mapping[str, str], file_url: FileAddress | None = None) -> str | SafeString:
    """Return an answer as people read it; '' for none. ``file_url``: the address of a paper by its id, where the reader may open it."""
    if value is None:
        return ""
    kind = question.type.kind
    if kind == "rows":
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", ((_row(question, row, places),) for row in value)))
    if kind == "file":
        return format_html(
            '<ul class="papers__list">{}</ul>', format_html_join("", "<li>{}</li>", ((_paper(file, file_url),) for file in value))
        )
    if kind == "percents":
        shares = [gettext("%(share)s%% %(who)s") % {"share": value[code], "who": column_words(question, code).lower()} for code in value]
        return listing(shares, get_language() or "en")
    if kind == "choice":
        return column_words(question, value)
    return printed_value(question.type, value, places=places)


def _paper(file: Mapping[str, Any], file_url: FileAddress | None) -> SafeString:
    name = format_html("<bdi>{}</bdi>", file["name"])
    link = format_html('<a href="{}">{}</a>', file_url(file["id"]), name) if file_url else name
    return format_html('<span>{} <span class="soft">{}</span></span>', link, formats.size(file["size"], get_language() or "en"))


def printed_value(kind: Type, value: Any, *, places: Mapping[str, str]) -> str | SafeString:
    """Return a single value as people read it."""
    language = get_language() or "en"
    match kind.kind:
        case "yes_no":
            return pgettext("answer", "Yes") if value else pgettext("answer", "No")
        case "tick":
            return gettext("Declared")
        case "date":
            return own(formats.day(date.fromisoformat(value), language), language)
        case "month":
            return own(formats.month(value, language), language)
        case "place":
            return own(places.get(value, value), language)
        case "places":
            return own_listing((places.get(code, code) for code in value), language)
        case "languages":
            return own_listing((language_name(code) for code in value), language)
        case "money":
            return formats.money(value["amount_minor"], value["currency"], language)
        case "words":
            return format_html_join(SafeString("<br>"), "{}", ((line,) for line in value.splitlines()))
        case "email":
            return format_html('<span class="code" dir="ltr">{}</span>', value)
        case _:
            return format_html("<bdi>{}</bdi>", value)


def language_name(code: str) -> str:
    """Return what a language is called in the reader's language."""
    known = formats.locale(get_language() or "en").languages
    base, _, place = code.partition("-")
    return known.get(f"{base}_{place.upper()}" if place else base) or LANGUAGE_NAMES.get(code, code)


def _row(question: Question, row: Mapping[str, Any], places: Mapping[str, str]) -> SafeString:
    """Print a row: texts stand for themselves, numbers, days and yes or no with the words of their column."""
    parts: list[tuple[Any]] = []
    for column in question.type.columns:
        if (value := row.get(column.key)) is None:
            continue
        text = printed_value(column.type, value, places=places)
        if column.type.kind in ("number", "yes_no", "date"):
            label = escape(column_words(question, column.key).strip("¿?؟ "))
            text = SafeString(gettext("%(question)s: %(problem)s") % {"question": label, "problem": conditional_escape(text)})
        parts.append((text,))
    return format_html_join(" · ", "{}", parts)


@dataclass(frozen=True)
class Part:
    """One step of the form as it is read: its title and an answer for each question."""

    key: str
    title: str
    facts: list[dict[str, Any]]
    change_url: str = ""


def parts(
    asked: Form,
    answers: Mapping[str, Any],
    *,
    places: Mapping[str, str],
    change: Callable[[str], str] | None = None,
    ask: Callable[[str], str] | None = None,
    notes: Mapping[str, str] | None = None,
    file_url: FileAddress | None = None,
) -> list[Part]:
    """Return the answers that count, step by step.

    ``change`` gives the address of a step where answers may still be changed, ``ask`` the address where staff ask about an answer;
    ``notes`` are sentences that stand with an answer.
    """
    found = []
    for step in asked:
        url = change(step.key) if change else ""
        facts = [
            {
                "label": gettext(question.label),
                "value": printed(question, answers.get(question.key), places=places, file_url=file_url),
                "note": (notes or {}).get(question.key, ""),
                "change_url": ask(question.key) if ask else url and f"{url}#{anchor(question)}",
                "change_word": pgettext("about an answer", "Ask") if ask else "",
            }
            for question in step.questions
            if question.asked(dict(answers))
        ]
        found.append(Part(step.key, gettext(step.title), facts, url))
    return found


def anchor(question: Question) -> str:
    """Return the id of the first control of a question on its page."""
    kind = question.type
    if kind.kind == "rows":
        return f"id_{question.key}-0-{kind.columns[0].key}"
    ends = {"places": "-0", "money": "-amount", "percents": f"-{kind.codes[0]}" if kind.codes else "", "date": "_day"}
    grouped = {"choice", "yes_no", "languages", "edition"}
    return f"id_{question.key}{'_0' if kind.kind in grouped else ends.get(kind.kind, '')}"
