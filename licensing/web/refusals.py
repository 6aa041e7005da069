"""Why a move of an application was refused, as a sentence."""

from typing import Any

from django.utils.translation import gettext_lazy

WORDS: dict[str, Any] = {
    "wrong_side": gettext_lazy("Your role does not allow this."),
    "wrong_state": gettext_lazy(
        "This is not possible any more: somebody has moved the application on. The page shows where it stands now."
    ),
    "stale": gettext_lazy("Somebody else moved this application while you were reading. Look at it again; nothing was done."),
    "not_vetted": gettext_lazy("%(organisation)s is not vetted yet. Vet the organization first; nothing was decided."),
    "own_organisation": gettext_lazy("You belong to %(organisation)s, so somebody else has to do this."),
    "reason_missing": gettext_lazy("Write the reasons: the applicant reads them."),
    "place_closed": gettext_lazy(
        "This license is not offered for %(places)s. Change the answer “Where you intend to use the license”, or write to us."
    ),
    "already_held": gettext_lazy(
        "Your organization holds license %(licence)s for this already. Say why it needs another one; nothing was sent."
    ),
    "not_open": gettext_lazy("This license is not open for applications now."),
    "edition_missing": gettext_lazy("Choose the edition you apply for."),
    "edition_over": gettext_lazy("The rights of this edition have ended. Choose another edition."),
    "too_many_drafts": gettext_lazy("Your organization keeps %(most)s drafts already. Send or withdraw one of them first."),
    "unknown_question": gettext_lazy("The form has changed. Load the page again; nothing was saved."),
    "unknown_requirement": gettext_lazy("This paper is not one the license waits for. Nothing was sent."),
    "unknown_file": gettext_lazy("This file is not here any more."),
    "too_many_files": gettext_lazy("At most %(limit)s files can stand here. Take one out first."),
    "unanswered": gettext_lazy("Some questions have no answer yet; nothing was sent."),
    "nothing_asked": gettext_lazy("Write at least one question; nothing was asked."),
    "too_many_questions": gettext_lazy("Ask at most %(limit)s questions at once."),
    "text_too_long": gettext_lazy("Question %(number)s is longer than %(limit)s characters. Shorten it; nothing was asked."),
    "due_past": gettext_lazy("Question %(number)s: the last day for the answer must lie ahead. Nothing was asked."),
    "nothing_filed": gettext_lazy("Copy the answer to at least one question; nothing was filed."),
    "letter_too_long": gettext_lazy("An answer is longer than %(limit)s characters. Shorten it; nothing was filed."),
    "received_wrong": gettext_lazy("The day on which it came must lie between the day of the question and today; nothing was filed."),
    "note_missing": gettext_lazy("Write something; nothing was kept."),
    "note_too_long": gettext_lazy("A note has at most %(limit)s characters; nothing was kept."),
    "incomplete": gettext_lazy("Some questions still need an answer; nothing was sent."),
}


def application_refusal(refusal: Any) -> str:
    """Return the sentence for a ``NotAllowed``, ``Stale`` or ``Incomplete`` of an application."""
    facts = dict(getattr(refusal, "facts", {}))
    if isinstance(facts.get("places"), list):
        facts["places"] = ", ".join(facts["places"])
    return str(WORDS[refusal.code]) % facts
