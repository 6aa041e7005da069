"""A vault in a bucket of S3, or of anything that speaks its language. The only door to boto3."""

import base64
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

from portal.core.faults import Damaged, NotInVault, Unreachable
from portal.core.vault import presign
from portal.core.vault.base import PIECE, Stored, checked

PART = 16 * 1024 * 1024  # bytes; a file larger than that is sent in parts
COPY_PART = 1024 * 1024 * 1024  # what one copy inside the store may take (its limit is 5 GiB)
SMALLEST_PART = 5 * 1024 * 1024  # S3 takes no smaller part, but for the last
TRIES = 3  # of a read that breaks off
CONNECT_TIMEOUT, READ_TIMEOUT = 5, 20  # seconds
ABSENT = {"404", "NoSuchKey", "NotFound"}
THERE = {"412", "PreconditionFailed"}
BEYOND = {"416", "InvalidRange"}


@dataclass(frozen=True, slots=True)
class Place:
    """What ``s3://bucket/prefix?region=…&endpoint=…`` says; ``endpoint`` "" = Amazon's own."""

    bucket: str
    prefix: str
    region: str
    endpoint: str

    @classmethod
    def of(cls, url: str) -> "Place":
        parts, options = urlsplit(url), parse_qs(urlsplit(url).query)
        return cls(parts.netloc, parts.path.strip("/"), options["region"][-1], options.get("endpoint", [""])[-1].rstrip("/"))

    def address(self) -> presign.Bucket:
        """Return how objects are addressed: a host of the bucket's own at Amazon, a path elsewhere and where dots would break the certificate."""
        parts = urlsplit(self.endpoint or f"https://s3.{self.region}.amazonaws.com")
        if self.endpoint or "." in self.bucket:
            return presign.Bucket(parts.scheme, parts.netloc, f"/{self.bucket}/", self.region)
        return presign.Bucket(parts.scheme, f"{self.bucket}.{parts.netloc}", "/", self.region)


class S3Vault:
    def __init__(self, place: Place):
        self.place = place

    @cached_property
    def _session(self) -> Any:
        import boto3

        return boto3.session.Session(region_name=self.place.region)

    @cached_property
    def _client(self) -> Any:
        """One client for the process: making one costs a hundred milliseconds."""
        return self._made(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT, tries=TRIES)

    @cached_property
    def _hasty(self) -> Any:
        """The client of ``check``: whoever asks whether all is well wants to know soon."""
        return self._made(connect=2, read=2, tries=1)

    def _made(self, *, connect: float, read: float, tries: int) -> Any:
        from botocore.config import Config

        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if self.place.address().base != "/" else "virtual"},
            connect_timeout=connect,
            read_timeout=read,
            retries={"mode": "standard", "total_max_attempts": tries},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            max_pool_connections=50,
        )
        endpoint = self.place.endpoint or f"https://s3.{self.place.region}.amazonaws.com"
        return self._session.client("s3", endpoint_url=endpoint, config=config)

    def _name(self, key: str) -> str:
        return f"{self.place.prefix}/{checked(key)}" if self.place.prefix else checked(key)

    def _ask(self, what: str, key: str, **more: Any) -> Any:
        with _translated(key):
            return getattr(self._client, what)(Bucket=self.place.bucket, Key=self._name(key), **more)

    def put(self, key: str, source: BinaryIO) -> Stored:
        """``source`` is read twice: its hash goes ahead of it."""
        begin = source.tell()
        stored = _measured(key, source)
        if not self._is_there(stored):
            source.seek(begin)
            facts = {"sha256": stored.sha256}
            if stored.size <= PART:
                content = source.read()
                made = self._once(lambda: self._ask("put_object", key, Body=content, IfNoneMatch="*", Metadata=facts, **_sum(content)))
            else:
                made = self._in_parts(key, _parts(source), metadata=facts)
            if not made:  # somebody was quicker
                self._is_there(stored)
        return stored

    def _is_there(self, stored: Stored) -> bool:
        """Say whether these very bytes lie under the key.

        :raises FileExistsError: others do.
        """
        try:
            found = self._ask("head_object", stored.key)
        except NotInVault:
            return False
        if (found["ContentLength"], found["Metadata"].get("sha256")) != (stored.size, stored.sha256):
            raise FileExistsError(stored.key)
        return True

    def extend(self, key: str, *, of: str, tail: bytes) -> None:
        try:
            self.size(key)
            return
        except NotInVault:
            pass
        size = self.size(of)
        if size < SMALLEST_PART:
            content = b"".join(self.read(of)) + tail
            self._once(lambda: self._ask("put_object", key, Body=content, IfNoneMatch="*", **_sum(content)))
            return
        source = {"Bucket": self.place.bucket, "Key": self._name(of)}
        count = -(-size // COPY_PART)
        cuts = [size * number // count for number in range(count + 1)]
        spans = [{"CopySource": source, "CopySourceRange": f"bytes={a}-{b - 1}"} for a, b in pairwise(cuts)]
        self._in_parts(key, [*spans, {"Body": tail, **_sum(tail)}])

    def _in_parts(
        self, key: str, parts: Sequence[dict[str, Any]] | Iterator[dict[str, Any]], metadata: dict[str, str] | None = None
    ) -> bool:
        """Send or copy the parts one after another; what fails is taken back. Return False if the key was taken meanwhile."""
        begun = self._ask("create_multipart_upload", key, ChecksumAlgorithm="SHA256", Metadata=metadata or {})["UploadId"]
        done = []
        try:
            for number, part in enumerate(parts, 1):
                what = "upload_part_copy" if "CopySource" in part else "upload_part"
                said = self._ask(what, key, UploadId=begun, PartNumber=number, **part)
                said = said.get("CopyPartResult", said)
                done.append({"PartNumber": number, "ETag": said["ETag"], "ChecksumSHA256": said["ChecksumSHA256"]})
            whole = {"Parts": done}
            made = self._once(lambda: self._ask("complete_multipart_upload", key, UploadId=begun, MultipartUpload=whole, IfNoneMatch="*"))
        except BaseException:
            self._give_up(key, begun)
            raise
        if not made:
            self._give_up(key, begun)
        return made

    def _give_up(self, key: str, upload: str) -> None:
        try:
            self._ask("abort_multipart_upload", key, UploadId=upload)
        except (Unreachable, NotInVault):
            return  # the bucket's life cycle rule removes what is left of it

    @staticmethod
    def _once(write: Callable[[], Any]) -> bool:
        """Return False where the key is taken already."""
        try:
            write()
        except _Taken:
            return False
        return True

    def read(self, key: str, *, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        return self._pieces(key, self._open(key, first, last), first, last)

    def _open(self, key: str, first: int, last: int | None, etag: str | None = None) -> dict[str, Any] | None:
        """Return the answer whose body begins at ``first``; None = there is nothing from there on."""
        span = f"bytes={first}-{'' if last is None else last}"
        try:
            return self._ask("get_object", key, Range=span, **({"IfMatch": etag} if etag else {}))
        except _Beyond:
            return None
        except _Taken:
            raise Damaged(key, "changed while it was read") from None

    def _pieces(self, key: str, answer: dict[str, Any] | None, first: int, last: int | None) -> Iterator[bytes]:
        """Yield all of the answer; where it breaks off, go on from there with another one of the same object."""
        if answer is None:
            return
        at, end, tries = first, first + answer["ContentLength"], 1
        while at < end:
            try:
                piece = self._piece(key, answer["Body"])
            except Unreachable:
                if tries == TRIES:
                    raise
                tries += 1
                answer = self._open(key, at, end - 1, etag=answer["ETag"]) or answer
                continue
            at, tries = at + len(piece), 1
            yield piece

    @staticmethod
    def _piece(key: str, body: Any) -> bytes:
        """:raises Unreachable: the body breaks off, or ends before its length."""
        with _translated(key):
            if piece := body.read(PIECE):
                return piece
        raise Unreachable(key, "broke off")

    def size(self, key: str) -> int:
        return self._ask("head_object", key)["ContentLength"]

    def keys(self, beginning: str) -> Iterator[str]:
        front = f"{self.place.prefix}/" if self.place.prefix else ""
        asked = {"Bucket": self.place.bucket, "Prefix": f"{front}{beginning}"}
        while True:
            with _translated(beginning):
                answer = self._client.list_objects_v2(**asked)
            for found in answer.get("Contents", []):
                yield found["Key"].removeprefix(front)
            if not answer.get("IsTruncated"):
                return
            asked["ContinuationToken"] = answer["NextContinuationToken"]

    def delete(self, key: str) -> None:
        self._ask("delete_object", key)

    def check(self) -> None:
        with _translated(self.place.bucket):
            self._hasty.head_bucket(Bucket=self.place.bucket)

    def address(self, key: str, *, at: datetime, overrides: Sequence[tuple[str, str]] = ()) -> str:
        """Return an address that opens the object for a minute."""
        with _translated(key):
            found = self._session.get_credentials()
            if found is None:
                raise Unreachable(key, "no credentials")
            frozen = found.get_frozen_credentials()
        by = presign.Credentials(frozen.access_key, frozen.secret_key, frozen.token or "")
        return presign.address(self.place.address(), self._name(key), by=by, at=at, overrides=overrides)


class _Taken(Exception):
    """The condition of a request does not hold: the key is taken, or the object is another one."""


class _Beyond(Exception):
    """The range lies behind the end."""


@contextmanager
def _translated(key: str) -> Iterator[None]:
    """Say in our words what the store or the line to it says."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in THERE:
            raise _Taken from None
        if code in BEYOND:
            raise _Beyond from None
        if code in ABSENT:
            raise NotInVault(key) from None
        raise Unreachable(key, code) from None
    except (BotoCoreError, HTTPClientError, HTTPError, OSError) as error:
        raise Unreachable(key, type(error).__name__) from None


def _measured(key: str, source: BinaryIO) -> Stored:
    sha256, crc32, size = hashlib.sha256(), 0, 0
    while piece := source.read(PIECE):
        sha256.update(piece)
        crc32 = zlib.crc32(piece, crc32)
        size += len(piece)
    return Stored(key, size, sha256.hexdigest(), crc32)


def _parts(source: BinaryIO) -> Iterator[dict[str, Any]]:
    while content := source.read(PART):
        yield {"Body": io.BytesIO(content), **_sum(content)}


def _sum(content: bytes) -> dict[str, str]:
    """Return the checksum that the store compares with what arrives."""
    return {"ChecksumSHA256": base64.b64encode(hashlib.sha256(content).digest()).decode()}
