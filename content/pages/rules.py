"""What an editor may type as the address of a link, and where it leads in each language. Pure."""

import re
from urllib.parse import urlsplit

# First parts of addresses of ours that stand in no language.
UNPREFIXED = frozenset({"api", "feeds", ".well-known"})
_UNSAFE = re.compile(r"[\s\\<>\"'\x00-\x1f\x7f]")


def is_address(text: str) -> bool:
    """Say whether a link may lead there: a path of ours such as ``/verify/``, or another site by https."""
    if _UNSAFE.search(text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:  # half a bracket, or letters that stand for a delimiter
        return False
    if parts.scheme:
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    return text.startswith("/") and not text.startswith("//")


def located(address: str, language: str) -> str:
    """Return the address as it stands in a link: paths of ours get their language, where they have one."""
    if not address.startswith("/") or address.split("/", 2)[1] in UNPREFIXED:
        return address
    return f"/{language}{address}"
