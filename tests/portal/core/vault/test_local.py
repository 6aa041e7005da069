import hashlib
import zlib
from io import BytesIO
from threading import Thread

import pytest

from portal.core.faults import NotInVault, Unreachable
from portal.core.vault.base import PIECE, Stored
from portal.core.vault.local import LocalVault

KEY = "kits/ab/abc.pdf"
BODY = bytes(range(256)) * 4000


@pytest.fixture
def local(tmp_path):
    return LocalVault(tmp_path / "vault")


def test_what_is_put_can_be_read_and_is_measured(local):
    assert local.put(KEY, BytesIO(BODY)) == Stored(KEY, len(BODY), hashlib.sha256(BODY).hexdigest(), zlib.crc32(BODY))
    assert b"".join(local.read(KEY)) == BODY
    assert local.size(KEY) == len(BODY)


@pytest.mark.parametrize(
    "first, last", [(0, 0), (0, None), (5, 9), (len(BODY) - 1, None), (PIECE - 1, PIECE), (0, len(BODY) * 2), (len(BODY), None)]
)
def test_a_part_is_the_slice(local, first, last):
    local.put(KEY, BytesIO(BODY))
    assert b"".join(local.read(KEY, first=first, last=last)) == BODY[first : None if last is None else last + 1]


def test_pieces_are_small(local):
    local.put(KEY, BytesIO(BODY))
    assert max(map(len, local.read(KEY))) == PIECE


def test_the_same_bytes_may_be_put_twice_other_bytes_never(local):
    local.put(KEY, BytesIO(BODY))
    assert local.put(KEY, BytesIO(BODY)).size == len(BODY)
    with pytest.raises(FileExistsError):
        local.put(KEY, BytesIO(b"other"))
    assert b"".join(local.read(KEY)) == BODY


def test_nothing_half_written_is_left(local):
    class Breaking(BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise OSError("the line broke")
            return super().read(size)

    with pytest.raises(OSError, match="the line broke"):
        local.put(KEY, Breaking(BODY))
    local.put("kits/ab/other.pdf", BytesIO(b"fine"))
    with pytest.raises(FileExistsError):
        local.put("kits/ab/other.pdf", BytesIO(b"not fine"))
    assert [path.name for path in local.root.rglob("*") if path.is_file()] == ["other.pdf"]


def test_many_at_once_store_it_once(local):
    results: list[Stored] = []
    threads = [Thread(target=lambda: results.append(local.put(KEY, BytesIO(BODY)))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 20
    assert [path.name for path in local.root.rglob("*") if path.is_file()] == ["abc.pdf"]


def test_what_is_not_there_is_told_before_the_first_byte(local):
    with pytest.raises(NotInVault):
        local.read(KEY)
    with pytest.raises(NotInVault):
        local.size(KEY)
    local.delete(KEY)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "/etc/passwd",
        "kits/../../etc/passwd",
        "kits/..",
        "kits//x",
        "kits/.hidden",
        "Kits/x",
        "kits/a b",
        "kits/x\n",
        "kits\\x",
        "kits/\x00",
    ],
)
def test_only_keys_of_our_making_lead_into_the_vault(local, key):
    for call in (local.read, local.size, local.delete, lambda key: local.put(key, BytesIO(b"x"))):
        with pytest.raises(ValueError, match="not a vault key"):
            call(key)
    assert not local.root.exists()


def test_a_deleted_file_is_gone(local):
    local.put(KEY, BytesIO(BODY))
    local.delete(KEY)
    with pytest.raises(NotInVault):
        local.read(KEY)


def test_the_vault_says_whether_it_can_be_written(local, tmp_path):
    local.check()
    assert list(local.root.iterdir()) == []
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unreachable):
        LocalVault(tmp_path / "file").check()


@pytest.mark.parametrize("size", [0, 5, len(BODY)])
def test_a_copy_is_the_prefix_and_the_tail_and_is_made_once(local, size):
    local.put(KEY, BytesIO(BODY[:size]))
    local.extend("copies/a/1.pdf", of=KEY, tail=b"licensed to ECO")
    assert b"".join(local.read("copies/a/1.pdf")) == BODY[:size] + b"licensed to ECO"
    local.extend("copies/a/1.pdf", of=KEY, tail=b"another")
    assert b"".join(local.read("copies/a/1.pdf")) == BODY[:size] + b"licensed to ECO"
    assert sorted(path.name for path in local.root.rglob("*") if path.is_file()) == ["1.pdf", "abc.pdf"]


def test_a_copy_of_nothing_is_refused_and_leaves_nothing(local):
    with pytest.raises(NotInVault):
        local.extend("copies/a/1.pdf", of=KEY, tail=b"x")
    assert [path for path in local.root.rglob("*") if path.is_file()] == []


def test_keys_are_listed_below_a_beginning(local):
    for key in ("copies/2026-11-21/a.pdf", "copies/2026-11-22/b.pdf", KEY):
        local.put(key, BytesIO(b"x"))
    assert set(local.keys("copies/")) == {"copies/2026-11-21/a.pdf", "copies/2026-11-22/b.pdf"}
    assert list(local.keys("nothing/")) == []
