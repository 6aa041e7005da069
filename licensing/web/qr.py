"""A square to photograph that holds one address."""

from io import BytesIO

DARK = "#000000"


def svg(address: str) -> str:
    """Return the QR code of ``address`` as inline SVG without styles. It tells a screen reader nothing: the address stands beside it."""
    import segno

    drawn = segno.make(address, error="m", micro=False).svg_inline(scale=4, border=2, omitsize=True, svgclass=None, lineclass=None)
    return drawn.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)


def artwork(address: str, kind: str) -> bytes:
    """Return the QR code of ``address`` to be placed in artwork, with its quiet zone, black on white: ``svg``, or ``png`` for a 300 dpi page."""
    import segno

    written = BytesIO()
    size = {"svg": {"scale": 10, "xmldecl": True}, "png": {"scale": 24}}[kind]
    segno.make(address, error="q", micro=False).save(written, kind=kind, border=4, dark=DARK, light="#ffffff", **size)
    return written.getvalue()
