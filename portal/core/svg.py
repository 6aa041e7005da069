"""Drawings that strangers send: what in an SVG could act is refused before anybody opens it. Pure."""

import re
from xml.etree import ElementTree

LIMIT = 2 * 1024 * 1024  # bytes


class Unsafe(Exception):
    """The drawing is not let in; ``code`` is active_content, unknown_type or too_large, ``facts`` say what was met."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code, self.facts = code, facts


SVG_NAMESPACE = "http://www.w3.org/2000/svg"
# What draws and stays still. Elements of editors' own namespaces are inert and may stay; those of HTML are not.
_STILL = frozenset(
    """svg g defs symbol use switch title desc metadata style a path rect circle ellipse line polyline polygon text tspan textpath image marker
    pattern lineargradient radialgradient stop clippath mask filter view solidcolor hatch hatchpath mesh meshgradient meshrow meshpatch
    feblend fecolormatrix fecomponenttransfer fecomposite feconvolvematrix fediffuselighting fedisplacementmap fedistantlight fedropshadow
    feflood fefunca fefuncb fefuncg fefuncr fegaussianblur femerge femergenode femorphology feoffset fepointlight fespecularlighting
    fespotlight fetile feturbulence font fontface font-face font-face-src font-face-name glyph missing-glyph hkern vkern""".split()
)
_HTML = "http://www.w3.org/1999/xhtml"
_ADDRESSES = frozenset(["href", "src", "base"])  # may point into the drawing
_FETCHES = frozenset("srcset ping action formaction poster data background archive codebase classid longdesc manifest profile".split())
# A style may point into the drawing; escapes could hide where it points to.
_ACTIVE_STYLE = re.compile(
    r"@import|\\|expression\s*\(|-moz-binding|image-set|(?<![\w-])(image|src|cross-fade)\s*\(|url\s*\(\s*+['\"]?+(?!\s*#)", re.IGNORECASE
)
_OTHER_ENCODING = re.compile(rb"<\?xml[^>]*\bencoding\s*=\s*['\"](?!utf-8['\"])", re.IGNORECASE)


def check(content: bytes) -> None:
    """Refuse drawings that could act: scripts, event handlers, entities, references out of the file.

    :raises Unsafe: ``active_content``, ``unknown_type`` (not well-formed) or ``too_large``.
    """
    if len(content) > LIMIT:
        raise Unsafe("too_large", limit=LIMIT)
    if re.search(rb"<!(DOCTYPE|ENTITY)|<\?xml-stylesheet", content, re.IGNORECASE):
        raise Unsafe("active_content")
    if _OTHER_ENCODING.search(content):
        raise Unsafe("unknown_type")  # what was searched above would not be what is read
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - no doctype can be in it, see above
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Unsafe("unknown_type") from None
    if _bare(root.tag) != "svg":
        raise Unsafe("unknown_type")
    for element in root.iter():
        _check_element(element)


def _check_element(element: ElementTree.Element) -> None:
    tag, space = _bare(element.tag), str(element.tag).rpartition("}")[0].lstrip("{")
    moves = space == _HTML or (space in ("", SVG_NAMESPACE) and tag not in _STILL)
    if moves or (tag == "style" and _ACTIVE_STYLE.search("".join(element.itertext()))):
        raise Unsafe("active_content", found=tag)
    for name, value in element.attrib.items():
        bare = _bare(name)
        outside = bare in _FETCHES or (bare in _ADDRESSES and not value.startswith("#"))
        if outside or bare.startswith("on") or "javascript:" in value.lower() or _ACTIVE_STYLE.search(value):
            raise Unsafe("active_content", found=bare)


def _bare(name: str) -> str:
    """Return a tag's or attribute's name without its namespace."""
    return str(name).rpartition("}")[2].lower()
