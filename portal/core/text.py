"""Text as people search for it, and codes as people read them aloud, made by chance."""

import secrets
import unicodedata

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OILoil", "011011")


def fold(text: str) -> str:
    """Return ``text`` for comparison: no case, no accents, no punctuation, single blanks.

    >>> fold("Fundación  E.C.O.")
    'fundacion e c o'
    """
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


def one_form(text: str) -> str:
    """Return ``text`` as it is hashed: the same letters typed on two keyboards are the same password."""
    return unicodedata.normalize("NFKC", text)


def new_code() -> str:
    """Return a fresh verification code: 16 Crockford characters (80 bits) in groups of four."""
    signs = "".join(secrets.choice(CROCKFORD) for _ in range(16))
    return "-".join(signs[at : at + 4] for at in range(0, 16, 4))


def read_code(text: str) -> str:
    """Return the canonical form of a code as typed: case, blanks and hyphens do not matter, O is 0, I and L are 1; '' if it cannot be one."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum()).translate(_MISREAD)
    if len(signs) != 16 or any(sign not in CROCKFORD for sign in signs):
        return ""
    return "-".join(signs[at : at + 4] for at in range(0, 16, 4))
