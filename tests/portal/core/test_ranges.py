import random

import pytest

from portal.core.ranges import ByteRange, Unsatisfiable, wanted

ETAG = '"one"'


@pytest.mark.parametrize(
    "header, first, last",
    [
        ("bytes=0-", 0, 99),
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=99-99", 99, 99),
        ("bytes=90-1000", 90, 99),
        ("bytes=-1", 99, 99),
        ("bytes=-100", 0, 99),
        ("bytes=-5000", 0, 99),
        ("BYTES=5-6", 5, 6),
        (" bytes= 5 - 6 ", 5, 6),
    ],
)
def test_a_single_range_is_read(header, first, last):
    assert wanted(header, 100) == ByteRange(first, last, 100)


@pytest.mark.parametrize(
    "header",
    [
        None, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5", "bytes=7-5", "bytes=0-1,5-6", "bytes=0-1,", "items=0-1", "bytes=--5",
        "bytes=0x1-5", "bytes=+1-5", "bytes=0-5\n6", "bytes=²-5", f"bytes=0-{'9' * 5000}", f"bytes={'9' * 5000}-",
    ],
)  # fmt: skip
def test_what_is_no_single_range_gives_the_whole_body(header):
    assert wanted(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=5000-", "bytes=-0"])
def test_a_range_beyond_the_body_cannot_be_satisfied(header):
    with pytest.raises(Unsatisfiable):
        wanted(header, 100)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=0-0", "bytes=-5"])
def test_an_empty_body_has_no_range(header):
    with pytest.raises(Unsatisfiable):
        wanted(header, 0)


@pytest.mark.parametrize(
    "if_range, ranged",
    [
        (None, True),
        (ETAG, True),
        (f" {ETAG} ", True),
        ('"two"', False),
        ("", False),
        (f"W/{ETAG}", False),
        ("Sun, 22 Nov 2026 10:00:00 GMT", False),
    ],
)
def test_if_range_holds_only_for_the_same_strong_etag(if_range, ranged):
    assert (wanted("bytes=5-9", 100, if_range=if_range, etag=ETAG) is not None) is ranged


def test_the_header_says_where_the_range_lies():
    part = ByteRange(10, 19, 100)
    assert (part.length, part.whole, part.content_range) == (10, False, "bytes 10-19/100")
    assert ByteRange(0, 99, 100).whole


def test_any_range_is_the_slice_of_the_body():
    chance, body = random.Random(7), bytes(range(256)) * 4
    for _ in range(1000):
        first, last = sorted((chance.randrange(len(body)), chance.randrange(len(body))))
        part = wanted(f"bytes={first}-{last}", len(body))
        assert body[part.first : part.last + 1] == body[first : last + 1]
