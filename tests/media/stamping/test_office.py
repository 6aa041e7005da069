"""What an office program makes of a stamped deck: it opens it, and shows the stamp on every slide."""

import subprocess

import pytest
from PIL import Image

from media.stamping.rules import visible_line
from tests.media.stamping import decks
from tests.media.stamping.test_pptx import MARK, stamped


@pytest.mark.office
@pytest.mark.check("S18")
def test_every_slide_shows_the_stamp_once_printed(tmp_path):
    """Six slides, of which four would hide a master's shapes."""
    deck = tmp_path / "copy.pptx"
    deck.write_bytes(stamped(decks.varied()))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", tmp_path, deck], check=True, capture_output=True, timeout=120
    )
    printed = tmp_path / "copy.pdf"
    text = subprocess.run(["pdftotext", "-layout", printed, "-"], check=True, capture_output=True, text=True).stdout
    pages = text.split("\f")[:-1]
    assert len(pages) == 6
    assert [visible_line(MARK) in " ".join(page.split()) for page in pages] == [True] * 6
    # Text could be there and covered: the foot of every page has the stamp's light ground and its dark letters.
    subprocess.run(["pdftoppm", "-r", "100", "-gray", printed, tmp_path / "page"], check=True, capture_output=True)
    for picture in sorted(tmp_path.glob("page-*.pgm")):
        with Image.open(picture) as page:
            wide, high = page.size
            counts = page.crop((wide * 4 // 10, high - 18, wide * 6 // 10, high - 4)).histogram()
        assert sum(counts[210:]) > sum(counts) * 2 // 3  # however wide and bold the machine draws the letters
        assert sum(counts[:128]) > 100
