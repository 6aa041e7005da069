"""Why something about an agreement or a licence was refused, and how each state is called."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from i18n import formats
from licensing.agreements.rules import State
from licensing.web.timeline import SENTENCES
from licensing.web.verdict_words import Shown

STATES: dict[State, Shown] = {
    State.DRAFTING: Shown(pgettext_lazy("agreement", "Drafted"), "none", "todo"),
    State.APPROVED_TO_SEND: Shown(pgettext_lazy("agreement", "Approved to send"), "info", "begun"),
    State.OUT_FOR_SIGNATURE: Shown(pgettext_lazy("agreement", "Being signed"), "info", "begun"),
    State.EXECUTED: Shown(pgettext_lazy("agreement", "Signed by all"), "good", "done"),
    State.VOIDED: Shown(pgettext_lazy("agreement", "Taken back"), "ended", "withdrawn"),
}
WORDS: dict[str, Any] = {
    "wrong_actor": gettext_lazy("You are not one of the people who sign this agreement. Nothing was done."),
    "wrong_state": gettext_lazy("This is not possible any more: the agreement has moved on. The page shows where it stands now."),
    "not_your_turn": gettext_lazy("Somebody signs before you. You will get a letter when it is your turn. Nothing was done."),
    "already_signed": gettext_lazy("You have signed this agreement. There is nothing left for you to do."),
    "window_over": gettext_lazy("The time to sign ended on %(ended_at)s. Ask the licensor for a new agreement. Nothing was signed."),
    "power_ended": gettext_lazy("%(name)s has no power to sign for the organization today. An owner keeps the signing powers up to date."),
    "text_changed": gettext_lazy("The text is not the one you were shown. Read it again before you sign. Nothing was signed."),
    "no_consent": gettext_lazy("Agree to sign electronically first. Nothing was signed."),
    "name_missing": gettext_lazy("Type your name as your signature. Nothing was signed."),
    "no_reason": gettext_lazy("Write the reason. Nothing was done."),
    "stale": gettext_lazy("Somebody else acted while you were reading. Look at it again; nothing was done."),
    "no_template": gettext_lazy("There is no agreement template for %(offering)s. Nothing was done."),
    "no_signatory": gettext_lazy("Nobody has the power to sign for the organization today. An owner enters the signing powers first."),
    "no_second_signatory": gettext_lazy("The organization signs jointly, but only one person has the power to sign today."),
    "text_incomplete": gettext_lazy("The text of the agreement cannot be completed. Nothing was done."),
    "missing_glyphs": gettext_lazy("A name has characters our documents cannot show. Enter its Latin form. Nothing was done."),
    "already_suspended": gettext_lazy("The license is suspended already."),
    "not_suspended": gettext_lazy("The license is not suspended."),
    "already_ended": gettext_lazy("The license has been ended already."),
    "over": gettext_lazy("The term of the license is over."),
    "same_person": gettext_lazy("A second person has to confirm this. Nothing was done."),
    "already_requested": gettext_lazy("Somebody has asked for this already. It waits for a second person."),
    "not_requested": gettext_lazy("Nobody asks for this any more."),
}


def refusal_words(refusal: Any) -> str:
    """Return the sentence for a ``NotAllowed`` or ``Stale`` of an agreement or a licence."""
    language = get_language() or "en"
    facts = {
        name: formats.instant(value, "UTC", language) if isinstance(value, datetime) else value
        for name, value in getattr(refusal, "facts", {}).items()
    }
    return str(WORDS[refusal.code]) % facts


SENTENCES.update(
    {
        ("agreement", "generate"): (gettext_lazy("The agreement was drawn up"), "none", "todo"),
        ("agreement", "approve_to_send"): (gettext_lazy("%(who)s approved it to be sent"), "info", "begun"),
        ("agreement", "send"): (gettext_lazy("%(who)s sent it to be signed"), "info", "begun"),
        ("agreement", "sign"): (gettext_lazy("%(who)s signed"), "good", "done"),
        ("agreement", "execute"): (gettext_lazy("Everybody has signed"), "good", "done"),
        ("agreement", "seal"): (gettext_lazy("The portal sealed the signed document"), "good", "valid"),
        ("agreement", "void"): (gettext_lazy("%(who)s took it back"), "ended", "withdrawn"),
        ("agreement", "too_late"): (gettext_lazy("No license was made: the rights of the edition had ended"), "ended", "expired"),
        ("licence", "activate"): (gettext_lazy("The last condition was met; the license was made"), "good", "valid"),
        ("licence", "enter"): (gettext_lazy("%(who)s entered a license agreed outside the portal"), "info", "info"),
        ("licence", "suspend"): (gettext_lazy("%(who)s suspended the license"), "stop", "suspended"),
        ("licence", "reinstate"): (gettext_lazy("%(who)s lifted the suspension"), "good", "done"),
        ("licence", "revoke_request"): (gettext_lazy("%(who)s asked to revoke the license"), "stop", "wait"),
        ("licence", "revoke_withdraw"): (gettext_lazy("%(who)s took back the request to revoke"), "none", "todo"),
        ("licence", "revoke"): (gettext_lazy("The license was revoked"), "stop", "revoked"),
        ("licence", "end"): (gettext_lazy("The license was ended"), "ended", "expired"),
    }
)
