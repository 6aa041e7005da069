"""Why something about an agreement or a licence was refused, and how each state is called."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from licensing.agreements.rules import State
from licensing.web.timeline import SENTENCES
from licensing.web.verdict_words import Shown

STATES: dict[State, Shown] = {
    State.DRAFTING: Shown(pgettext_lazy("agreement", "Drafted"), "none", "todo"),
    State.APPROVED_TO_SEND: Shown(pgettext_lazy("agreement", "Approved to send"), "info", "begun"),
    State.OUT_FOR_SIGNATURE: Shown(pgettext_lazy("agreement", "Being signed"), "info", "begun"),
    State.LAPSED_UNSIGNED: Shown(pgettext_lazy("agreement", "Time to sign is over"), "stop", "expired"),
    State.EXECUTED: Shown(pgettext_lazy("agreement", "Signed by all"), "good", "done"),
    State.DECLINED: Shown(pgettext_lazy("agreement", "A signatory declined"), "stop", "withdrawn"),
    State.VOIDED: Shown(pgettext_lazy("agreement", "Taken back"), "ended", "withdrawn"),
}
WORDS: dict[str, Any] = {
    "wrong_actor": gettext_lazy("You are not one of the people who sign this agreement. Nothing was done."),
    "wrong_state": gettext_lazy("This is not possible any more: the agreement has moved on. The page shows where it stands now."),
    "not_your_turn": gettext_lazy("Somebody signs before you. You will get a letter when it is your turn. Nothing was done."),
    "already_signed": gettext_lazy("You have signed this agreement. There is nothing left for you to do."),
    "window_over": gettext_lazy("The time to sign is over. The licensor can extend it; what is signed stays signed. Nothing was done."),
    "power_ended": gettext_lazy(
        "%(name)s has no power to sign for the organization today. An owner enters a new power, or names somebody else to sign instead, "
        "on the page of the agreement. Nothing was done."
    ),
    "window_past": gettext_lazy("The last day to sign must lie ahead. Nothing was changed."),
    "window_unchanged": gettext_lazy("Signing ends then already. Nothing was changed."),
    "window_shorter": gettext_lazy("The time to sign can be made longer, not shorter. Nothing was changed."),
    "reminded_lately": gettext_lazy("The letter was sent again within the last hour. Nothing was sent."),
    "no_such_line": gettext_lazy("Nobody can be named for this signature. Nothing was changed."),
    "signs_already": gettext_lazy("This person signs the agreement already. Choose somebody else. Nothing was changed."),
    "no_power": gettext_lazy("This person has no power to sign for the organization today. An owner enters it first. Nothing was changed."),
    "redrawn": gettext_lazy("A new version, %(number)s, was drawn up from the same terms. Go on with that one; nothing was done."),
    "text_changed": gettext_lazy("The text is not the one you were shown. Read it again before you sign. Nothing was signed."),
    "no_consent": gettext_lazy("Agree to sign electronically first. Nothing was signed."),
    "name_missing": gettext_lazy("Type your name as your signature. Nothing was signed."),
    "name_differs": gettext_lazy("Type your name as it stands here: %(name)s. Nothing was signed."),
    "no_reason": gettext_lazy("Write the reason. Nothing was done."),
    "stale": gettext_lazy("Somebody else acted while you were reading. Look at it again; nothing was done."),
    "no_template": gettext_lazy("There is no agreement template for %(offering)s. Nothing was done."),
    "no_signatory": gettext_lazy(
        "Nobody has the power to sign for the organization today. An owner enters the signing powers first. Nothing was done."
    ),
    "no_second_signatory": gettext_lazy(
        "The organization signs jointly, but only one person has the power to sign today. An owner enters a second power first. Nothing was done."
    ),
    "signs_jointly": gettext_lazy(
        "The application says that several people sign jointly; the organization’s data let one sign alone. An owner corrects the data first. "
        "Nothing was done."
    ),
    "signs_alone": gettext_lazy(
        "The application says that one person signs alone; the organization’s data ask for two. An owner corrects the data first. Nothing was done."
    ),
    "signatory_uninvited": gettext_lazy(
        "%(name)s is to sign, as the application says, but does not belong to the organization yet. An owner invites them first. Nothing was done."
    ),
    "signatory_awaited": gettext_lazy(
        "%(name)s is to sign, as the application says, but has not accepted the invitation yet. Nothing was done."
    ),
    "signatory_powerless": gettext_lazy(
        "%(name)s is to sign, as the application says, but has no power to sign today. An owner enters it first. Nothing was done."
    ),
    "signatory_over": gettext_lazy(
        "%(name)s is to sign, as the application says, but has no power to sign today. An owner enters it first. Nothing was done."
    ),
    "text_incomplete": gettext_lazy("The text of the agreement cannot be completed. Nothing was done."),
    "missing_glyphs": gettext_lazy("A name has characters our documents cannot show. Enter its Latin form. Nothing was done."),
    "already_suspended": gettext_lazy("The license is suspended already."),
    "not_suspended": gettext_lazy("The license is not suspended."),
    "already_ended": gettext_lazy("The license has been ended already, or its early end is decided."),
    "no_notice": gettext_lazy("No early end of this license is to be taken back. Nothing was done."),
    "renewal_offered": gettext_lazy(
        "An offer for the renewal, application %(application)s, is with the licensee and begins before the term of this license ends: both would "
        "be paid for. Draft that offer anew first, or let the renewal stand and the notice with it. Nothing was done."
    ),
    "renewal_agreed": gettext_lazy(
        "The licensee accepted the renewal, application %(application)s, which begins before the term of this license ends: both would be paid "
        "for. Take back its agreement first, or let the renewal stand and the notice with it. Nothing was done."
    ),
    "day_past": gettext_lazy("The last day is over already. Choose today or a later day. Nothing was done."),
    "day_after_term": gettext_lazy("The term ends by itself before that day. Choose an earlier one. Nothing was done."),
    "over": gettext_lazy("The term of the license is over."),
    "not_vetted": gettext_lazy("%(organisation)s has changed who it says it is. Vet it again first. Nothing was done."),
    "own_organisation": gettext_lazy("You belong to %(organisation)s, so somebody else has to do this."),
    "same_person": gettext_lazy("A second person has to confirm this. Nothing was done."),
    "already_requested": gettext_lazy("Somebody has asked for this already. It waits for a second person."),
    "not_renewable": gettext_lazy("This license is not renewed now. A renewal opens 90 days before the end and closes 90 days after it."),
    "other_organisation": gettext_lazy("Another organization holds this license."),
    "not_requested": gettext_lazy("Nobody asks for this any more."),
    "asker_gone": gettext_lazy("%(name)s asked, and may not any more. Take the request back; two others can ask and confirm anew."),
}


def refusal_words(refusal: Any) -> str:
    """Return the sentence for a ``NotAllowed`` or ``Stale`` of an agreement or a licence."""
    return str(WORDS[refusal.code]) % getattr(refusal, "facts", {})


SENTENCES.update(
    {
        ("agreement", "generate"): (gettext_lazy("The agreement was drawn up"), "none", "todo"),
        ("agreement", "approve_to_send"): (gettext_lazy("%(who)s approved it to be sent"), "info", "begun"),
        ("agreement", "send"): (gettext_lazy("%(who)s sent it to be signed"), "info", "begun"),
        ("agreement", "sign"): (gettext_lazy("%(who)s signed"), "good", "done"),
        ("agreement", "decline"): (gettext_lazy("%(who)s declined to sign"), "stop", "withdrawn"),
        ("agreement", "remind"): (gettext_lazy("%(who)s had the letter sent again"), "info", "info"),
        ("agreement", "extend"): (gettext_lazy("%(who)s changed the time to sign"), "info", "info"),
        ("agreement", "replace"): (gettext_lazy("%(who)s named somebody else to sign"), "info", "info"),
        ("agreement", "redraft"): (gettext_lazy("%(who)s drew up a new version"), "info", "begun"),
        ("agreement", "execute"): (gettext_lazy("Everybody has signed"), "good", "done"),
        ("agreement", "seal"): (gettext_lazy("The portal sealed the signed document"), "good", "valid"),
        ("agreement", "void"): (gettext_lazy("%(who)s took it back"), "ended", "withdrawn"),
        ("agreement", "too_late"): (gettext_lazy("No license was made: the rights of the edition had ended"), "ended", "expired"),
        ("licence", "activate"): (gettext_lazy("The last condition was met; the license was made"), "good", "valid"),
        ("licence", "enter"): (gettext_lazy("%(who)s entered a license agreed outside the portal"), "info", "info"),
        ("licence", "remind"): (gettext_lazy("Its people were reminded that the term ends"), "info", "wait"),
        ("licence", "suspend"): (gettext_lazy("%(who)s suspended the license"), "stop", "suspended"),
        ("licence", "reinstate"): (gettext_lazy("%(who)s lifted the suspension"), "good", "done"),
        ("licence", "suspend_request"): (gettext_lazy("%(who)s asked to suspend the license"), "stop", "wait"),
        ("licence", "suspend_withdraw"): (gettext_lazy("%(who)s took back the request to suspend"), "none", "todo"),
        ("licence", "end_request"): (gettext_lazy("%(who)s asked to end the license"), "stop", "wait"),
        ("licence", "end_withdraw"): (gettext_lazy("%(who)s took back the request to end it"), "none", "todo"),
        ("licence", "recall_request"): (gettext_lazy("%(who)s asked to take the notice back"), "turn", "wait"),
        ("licence", "recall_withdraw"): (gettext_lazy("%(who)s took back the request about the notice"), "none", "todo"),
        ("licence", "recall"): (gettext_lazy("The notice was taken back; the license goes on"), "good", "done"),
        ("licence", "revoke_request"): (gettext_lazy("%(who)s asked to revoke the license"), "stop", "wait"),
        ("licence", "suspend_set_aside"): (gettext_lazy("%(who)s set aside the request to suspend, to ask for more"), "none", "todo"),
        ("licence", "end_set_aside"): (gettext_lazy("%(who)s set aside the request to end it, to ask for more"), "none", "todo"),
        ("licence", "recall_set_aside"): (gettext_lazy("%(who)s set aside the request about the notice"), "none", "todo"),
        ("licence", "revoke_withdraw"): (gettext_lazy("%(who)s took back the request to revoke"), "none", "todo"),
        ("licence", "revoke"): (gettext_lazy("The license was revoked"), "stop", "revoked"),
        ("licence", "end"): (gettext_lazy("The license was ended"), "ended", "expired"),
        ("licence", "end_ahead"): (gettext_lazy("It was decided that the license ends early"), "ended", "wait"),
    }
)
