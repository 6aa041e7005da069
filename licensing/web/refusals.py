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
    "not_open": gettext_lazy("This license is not open for applications now."),
    "edition_missing": gettext_lazy("Choose the edition you apply for."),
    "edition_over": gettext_lazy("The rights of this edition have ended. Choose another edition."),
    "unknown_question": gettext_lazy("The form has changed. Load the page again; nothing was saved."),
    "incomplete": gettext_lazy("Some questions still need an answer; nothing was sent."),
}


def application_refusal(refusal: Any) -> str:
    """Return the sentence for a ``NotAllowed``, ``Stale`` or ``Incomplete`` of an application."""
    facts = dict(getattr(refusal, "facts", {}))
    if isinstance(facts.get("places"), list):
        facts["places"] = ", ".join(facts["places"])
    return str(WORDS[refusal.code]) % facts
