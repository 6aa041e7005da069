"""Names and their marks: ™ always, ® at the first mention of a page."""

import pytest

from content.marks.rules import lacking

pytestmark = pytest.mark.check("AC36")


@pytest.mark.parametrize(
    "texts, expected",
    [
        (["ASCO Direct™ Highlights", "and QOPI® and QOPI"], []),
        (["ASCO Direct Highlights"], ["ASCO Direct Highlights"]),
        (["<b>ASCO Direct</b> Highlights, ASCO Direct&trade;"], ["ASCO Direct Highlights"]),
        (["QOPI and QOPI®"], ["QOPI"]),
        (["QOPI&reg;", "QOPI"], []),
        (["", "QOPI"], ["QOPI"]),
        (['<a href="/programmes/QOPI/">QOPI®</a>'], []),
        (["/availability/?programme=QOPI", "QOPI-2"], []),
        ([], []),
    ],
)
def test_ac36_a_name_without_its_mark_is_found(texts, expected):
    assert lacking(texts) == expected
