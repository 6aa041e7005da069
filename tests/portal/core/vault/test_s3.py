"""The vault in a bucket: what is put once, read in parts, and what happens when the store is down, slow or breaks off."""

import hashlib
import os
import socket
import threading
import zlib
from functools import lru_cache
from io import BytesIO

import pytest

from portal.core.faults import Damaged, NotInVault, Unreachable
from portal.core.vault import s3 as door
from portal.core.vault.base import Stored

KEY = "kits/ab/abc.pdf"
NAME = f"portal/{KEY}"
BODY = bytes(range(256)) * 4000


@pytest.fixture
def vault(s3, monkeypatch):
    monkeypatch.setattr(door, "PART", 300_000)
    monkeypatch.setattr(door, "SMALLEST_PART", 1000)
    monkeypatch.setattr(door, "READ_TIMEOUT", 0.3)
    s3.smallest_part = 1000
    return kept(s3.url(), door.TRIES)


@lru_cache
def kept(url, tries):
    """Return a vault whose client asks ``tries`` times; making a client takes long."""
    return door.S3Vault(door.Place.of(url))


@pytest.fixture
def impatient(s3, vault, monkeypatch):
    """A vault that asks once: the pauses between tries are the library's."""
    monkeypatch.setattr(door, "TRIES", 1)
    return kept(s3.url(), 1)


@pytest.mark.parametrize("body", [b"", b"x", BODY[:299_999], BODY[:300_000], BODY[:300_001], BODY], ids=len)
def test_what_is_put_can_be_read_and_is_measured(s3, vault, body):
    assert vault.put(KEY, BytesIO(body)) == Stored(KEY, len(body), hashlib.sha256(body).hexdigest(), zlib.crc32(body))
    assert b"".join(vault.read(KEY)) == body
    assert vault.size(KEY) == len(body)
    assert (list(s3.objects), s3.uploads) == ([NAME], {})


@pytest.mark.parametrize("first, last", [(0, 0), (0, None), (5, 9), (len(BODY) - 1, None), (0, len(BODY) * 2), (len(BODY), None)])
def test_a_part_is_the_slice(vault, first, last):
    vault.put(KEY, BytesIO(BODY))
    assert b"".join(vault.read(KEY, first=first, last=last)) == BODY[first : None if last is None else last + 1]


@pytest.mark.parametrize("size", [1000, len(BODY)])
def test_the_same_bytes_may_be_put_twice_other_bytes_never(s3, vault, size):
    vault.put(KEY, BytesIO(BODY[:size]))
    sent = len(s3.asked)
    assert vault.put(KEY, BytesIO(BODY[:size])).size == size
    assert [one.method for one in s3.asked[sent:]] == ["HEAD"]
    for other in (b"other", BODY[: size - 1] + b"!"):
        with pytest.raises(FileExistsError):
            vault.put(KEY, BytesIO(other))
    assert (b"".join(vault.read(KEY)), s3.uploads) == (BODY[:size], {})


@pytest.mark.parametrize("size", [1000, len(BODY)])
@pytest.mark.parametrize("mine", [True, False])
def test_of_two_at_once_the_first_stays(s3, vault, monkeypatch, size, mine):
    body = BODY[:size]
    inner = vault._is_there

    def late(stored):
        there = inner(stored)
        if not s3.objects:  # the other one comes between the question and the writing
            monkeypatch.setattr(vault, "_is_there", inner)
            vault.put(KEY, BytesIO(body if mine else body[::-1]))
        return there

    monkeypatch.setattr(vault, "_is_there", late)
    if mine:
        assert vault.put(KEY, BytesIO(body)).size == size
    else:
        with pytest.raises(FileExistsError):
            vault.put(KEY, BytesIO(body))
    assert (b"".join(vault.read(KEY)), s3.uploads) == (body if mine else body[::-1], {})


def test_a_source_is_read_from_where_it_stands(vault):
    source = BytesIO(b"xyz" + BODY)
    source.seek(3)
    assert vault.put(KEY, source).size == len(BODY)
    assert b"".join(vault.read(KEY)) == BODY


@pytest.mark.parametrize("size", [0, 999, 1000, len(BODY)])
def test_a_copy_is_the_prefix_and_the_tail_and_is_made_once(s3, vault, monkeypatch, size):
    monkeypatch.setattr(door, "COPY_PART", 400_000)
    vault.put(KEY, BytesIO(BODY[:size]))
    vault.extend("copies/a/1.pdf", of=KEY, tail=b"licensed to ECO")
    assert b"".join(vault.read("copies/a/1.pdf")) == BODY[:size] + b"licensed to ECO"
    asked = len(s3.asked)
    vault.extend("copies/a/1.pdf", of=KEY, tail=b"another")
    assert ([one.method for one in s3.asked[asked:]], s3.uploads) == (["HEAD"], {})
    sent = sum(len(one.body) for one in s3.asked if "copies" in one.raw_path)
    assert sent < 3000  # the store copies by itself


def test_a_copy_of_nothing_is_refused(s3, vault):
    with pytest.raises(NotInVault):
        vault.extend("copies/a/1.pdf", of=KEY, tail=b"x")
    assert (s3.objects, s3.uploads) == ({}, {})


def test_what_is_not_there_is_told_before_the_first_byte(vault):
    with pytest.raises(NotInVault):
        vault.read(KEY)
    with pytest.raises(NotInVault):
        vault.size(KEY)
    vault.delete(KEY)


def test_keys_are_listed_page_by_page(s3, vault):
    keys = {f"copies/2026-11-{day:02}/x.pdf" for day in range(1, 8)}
    for key in (*keys, KEY):
        vault.put(key, BytesIO(b"x"))
    s3.page = 3
    assert set(vault.keys("copies/")) == keys
    vault.delete("copies/2026-11-01/x.pdf")
    assert len(list(vault.keys("copies/"))) == 6


@pytest.mark.parametrize("key", ["", "x", "/etc/passwd", "kits/../x", "kits//x", "kits/.x", "Kits/x", "kits/a b", "kits/x\n", "kits/\x00"])
def test_only_keys_of_our_making_lead_into_the_vault(s3, vault, key):
    for call in (vault.read, vault.size, vault.delete, lambda key: vault.put(key, BytesIO(b"x"))):
        with pytest.raises(ValueError, match="not a vault key"):
            call(key)
    assert s3.asked == []


# ---- a store in trouble


@pytest.mark.check("S57")
def test_s57_a_store_that_is_down_is_told_from_an_absent_file(s3, impatient):
    s3.down = True
    for call in (lambda: impatient.read(KEY), lambda: impatient.size(KEY), lambda: impatient.put(KEY, BytesIO(BODY)), impatient.check):
        with pytest.raises(Unreachable):
            call()
    s3.down = False
    impatient.check()
    assert (s3.objects, s3.uploads) == ({}, {})


@pytest.mark.check("S57")
def test_s57_a_port_nobody_listens_at_is_a_store_that_is_down(impatient):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"s3://kits-demo?region=eu-west-1&endpoint=http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(Unreachable):
            door.S3Vault(door.Place.of(url)).size(KEY)


@pytest.mark.check("S57")
def test_s57_a_store_that_does_not_answer_is_given_up(s3, impatient):
    impatient.put(KEY, BytesIO(BODY))
    s3.hold = threading.Event()
    with pytest.raises(Unreachable):
        impatient.read(KEY)


@pytest.mark.check("S57")
@pytest.mark.parametrize("cut", [0, 1, 65_536, len(BODY) - 1])
def test_s57_an_answer_that_breaks_off_goes_on_where_it_stopped(s3, vault, cut):
    vault.put(KEY, BytesIO(BODY))
    s3.cut = (cut, 2)
    assert b"".join(vault.read(KEY, first=100)) == BODY[100:]
    s3.cut = (cut, 2)
    assert b"".join(vault.read(KEY, first=0, last=len(BODY) - 1)) == BODY


@pytest.mark.check("S57")
def test_s57_an_answer_that_always_breaks_off_is_noticed(s3, vault):
    vault.put(KEY, BytesIO(BODY))
    s3.cut = (0, 99)
    with pytest.raises(Unreachable, match="kits/ab/abc.pdf"):
        list(vault.read(KEY))


@pytest.mark.check("S57")
def test_s57_an_object_changed_while_it_is_read_is_never_mixed(s3, vault):
    vault.put(KEY, BytesIO(BODY))
    s3.cut = (1000, 1)
    pieces = vault.read(KEY)
    s3.objects[NAME].body = BODY[::-1]
    s3.objects[NAME].etag = '"other"'
    with pytest.raises(Damaged, match="changed"):
        list(pieces)


@pytest.mark.check("S57")
@pytest.mark.parametrize("failing", [1, 2, 4])
def test_s57_an_upload_that_fails_is_taken_back(s3, impatient, failing):
    s3.failing_parts = {failing}
    with pytest.raises(Unreachable):
        impatient.put(KEY, BytesIO(BODY))
    assert (s3.objects, s3.uploads) == ({}, {})
    s3.failing_parts = set()
    impatient.put(KEY, BytesIO(BODY))
    s3.failing_parts = {2}
    with pytest.raises(Unreachable):
        impatient.extend("copies/a/1.pdf", of=KEY, tail=b"tail")
    assert (list(s3.objects), s3.uploads) == ([NAME], {})


@pytest.mark.check("S57")
def test_s57_an_upload_whose_answer_was_lost_is_accepted_when_it_is_tried_again(s3, impatient):
    s3.lost = {"PUT"}
    with pytest.raises(Unreachable):
        impatient.put(KEY, BytesIO(b"small"))
    s3.lost = set()
    assert impatient.put(KEY, BytesIO(b"small")).size == 5


def test_wrong_credentials_are_a_store_that_cannot_be_used(s3, impatient, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    with pytest.raises(Unreachable, match="kits-demo: 403"):
        door.S3Vault(impatient.place).check()


def test_a_roles_token_is_sent(s3, vault, monkeypatch):
    s3.token = "a/token+of=theirs"
    monkeypatch.setenv("AWS_SESSION_TOKEN", s3.token)
    assert door.S3Vault(vault.place).put(KEY, BytesIO(BODY)).size == len(BODY)


def test_the_library_is_loaded_where_it_is_needed_only():
    import subprocess
    import sys

    code = "import portal.core.vault.places, sys; sys.exit(' '.join(m for m in ('boto3', 'botocore') if m in sys.modules) or 0)"
    assert subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": "."}, check=False).returncode == 0
