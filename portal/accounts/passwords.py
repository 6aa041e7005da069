"""What a password has to be (NIST 800-63B-4): long, not a common one, not one's own name; any signs of any script, no rules of composition."""

import re
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from portal.core.text import one_form

ALONE = 15  # characters, where the password is all that is asked for
WITH_FACTOR = 12
HOUSE_WORDS = frozenset({"programmeportal", "programportal", "portaldeprogramas", "portal", "programme", "licensing", "oncology"})
FEWEST_SIGNS = 5  # different ones
_REPEATED = re.compile(r"(.+?)\1+")


class LengthByFactor:
    """Ask for 15 characters, or 12 of who has a second factor."""

    def validate(self, password: str, user: Any = None) -> None:
        least = self._least(user)
        if len(one_form(password)) < least:
            raise ValidationError(
                ngettext(
                    "This password is too short. Use at least %(least)d character; a few words are easy to remember.",
                    "This password is too short. Use at least %(least)d characters; a few words are easy to remember.",
                    least,
                ),
                code="password_too_short",
                params={"least": least},
            )

    def get_help_text(self) -> str:
        return gettext("At least 15 characters; 12 if you have a second factor. A few words are easy to remember, and any script will do.")

    @staticmethod
    def _least(user: Any) -> int:
        return WITH_FACTOR if user is not None and user.pk is not None and is_mfa_enabled(user) else ALONE


def guesses(password: str) -> set[str]:
    """Return what somebody would try in place of it: without capitals, without what stands at its ends or between words, a repeated word once.

    >>> sorted(guesses("Dragon-Dragon-2027"))
    ['dragon', 'dragon-dragon-2027', 'dragondragon']
    """
    bare = one_form(password).casefold()
    letters = "".join(sign for sign in bare if sign.isalpha())
    found = {bare, letters}
    return (found | {match[1] for word in found if (match := _REPEATED.fullmatch(word))}) - {""}


class NotCommon(CommonPasswordValidator):
    """Refuse what is on the list of common passwords, or comes from it by repeating a word and adding figures; and the words of this house."""

    def validate(self, password: str, user: Any = None) -> None:
        words = guesses(password)
        if words & HOUSE_WORDS or len(set(one_form(password))) < FEWEST_SIGNS:
            raise ValidationError(self.get_error_message(), code="password_too_common")
        for word in words:
            super().validate(word, user)
