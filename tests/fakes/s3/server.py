"""A store that speaks as much S3 as the portal uses, on loopback, and that can be told to fail.

Public fakes check neither signature nor expiry; this one recomputes both for every request, refuses a wrong checksum, keeps what is written
once, and takes no part below the smallest size.
"""

import base64
import hashlib
import re
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote

from tests.fakes.s3 import sigv4

STATUS = {
    "NoSuchKey": 404, "NoSuchBucket": 404, "NoSuchUpload": 404, "PreconditionFailed": 412, "InvalidRange": 416, "SlowDown": 503,
    "BadDigest": 400, "EntityTooSmall": 400, "InvalidPart": 400, "AuthorizationQueryParametersError": 400, "XAmzContentSHA256Mismatch": 400,
}  # fmt: skip


@dataclass
class Object:
    body: bytes
    etag: str
    kind: str = "binary/octet-stream"
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass
class Upload:
    key: str
    metadata: dict[str, str]
    parts: dict[int, Object] = field(default_factory=dict)


@dataclass
class Asked:
    """A request as it came."""

    method: str
    raw_path: str
    raw_query: str
    headers: dict[str, str]
    body: bytes
    key: str = ""
    query: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class S3Stub:
    """``down``: every request is refused. ``hold``: nothing is answered before the event is set. ``cut``: (bytes, times) after which bodies
    break off. ``lost``: methods whose request arrives, and whose answer never leaves. ``failing_parts``: numbers of parts that are refused.
    """

    bucket, region, access_key, secret = "kits-demo", "eu-west-1", "AKIAEXAMPLE", "a/secret+of=ours"

    def __init__(self):
        self.forget()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"stub": self}))
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def forget(self) -> None:
        """Be empty and in good health."""
        self.objects: dict[str, Object] = {}
        self.uploads: dict[str, Upload] = {}
        self.asked: list[Asked] = []
        self.down, self.token, self.page, self.smallest_part = False, "", 1000, 5 * 1024 * 1024
        self.hold: threading.Event | None = None
        self.cut: tuple[int, int] | None = None
        self.lost: set[str] = set()
        self.failing_parts: set[int] = set()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, prefix: str = "portal") -> str:
        return f"s3://{self.bucket}/{prefix}?region={self.region}&endpoint={self.endpoint}"

    def calls(self) -> list[str]:
        """Return what was asked, in order: ``PUT kits/ab/abc.pdf``."""
        return [f"{one.method} {one.key}" for one in self.asked]

    # ---- what the store does

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        sigv4.check(asked, access_key=self.access_key, secret=self.secret, token=self.token, region=self.region, now=datetime.now(UTC))
        bucket, _, asked.key = unquote(asked.raw_path)[1:].partition("/")
        asked.query = dict(parse_qsl(asked.raw_query, keep_blank_values=True))
        if bucket != self.bucket:
            raise Refusal("NoSuchBucket")
        with self._lock:
            return getattr(self, f"_{asked.method.lower()}")(asked)

    def _head(self, asked):
        return self._get(asked) if asked.key else (200, {}, b"")

    def _get(self, asked):
        if not asked.key:
            return self._list(asked)
        found = self._found(asked.key)
        if asked.headers.get("if-match", found.etag) != found.etag:
            raise Refusal("PreconditionFailed")
        headers = {
            "ETag": found.etag,
            "Accept-Ranges": "bytes",
            "Content-Type": found.kind,
            "Last-Modified": "Sun, 22 Nov 2026 00:00:00 GMT",
        }
        headers |= {f"x-amz-meta-{name}": value for name, value in found.metadata.items()}
        names = {"response-content-type": "Content-Type", "response-content-disposition": "Content-Disposition"}
        names["response-cache-control"] = "Cache-Control"
        headers |= {names[name]: value for name, value in asked.query.items() if name in names}
        span = re.fullmatch(r"bytes=(\d*)-(\d*)", asked.headers.get("range", ""))
        if not span or asked.headers.get("if-range", found.etag) != found.etag or asked.method == "HEAD":
            return 200, headers, found.body
        size = len(found.body)
        first = int(span[1]) if span[1] else max(0, size - int(span[2]))
        last = min(int(span[2]), size - 1) if span[1] and span[2] else size - 1
        if first >= size:
            raise Refusal("InvalidRange")
        return 206, {**headers, "Content-Range": f"bytes {first}-{last}/{size}"}, found.body[first : last + 1]

    def _list(self, asked):
        names = sorted(name for name in self.objects if name.startswith(asked.query.get("prefix", "")))
        names = [name for name in names if name > asked.query.get("continuation-token", "")]
        shown, more = names[: self.page], len(names) > self.page
        rows = "".join(f"<Contents><Key>{name}</Key><Size>{len(self.objects[name].body)}</Size></Contents>" for name in shown)
        further = f"<NextContinuationToken>{shown[-1]}</NextContinuationToken>" if more else ""
        return 200, {}, f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{rows}{further}</ListBucketResult>".encode()

    def _put(self, asked):
        if "partNumber" in asked.query:
            return self._part(asked)
        self._once(asked)
        self._check_sum(asked, asked.body)
        made = Object(asked.body, _etag(asked.body), asked.headers.get("content-type", "binary/octet-stream"), _metadata(asked))
        self.objects[asked.key] = made
        return 200, {"ETag": made.etag}, b""

    def _part(self, asked):
        upload, number = self._upload(asked), int(asked.query["partNumber"])
        if number in self.failing_parts:
            raise Refusal("SlowDown")
        body, source = asked.body, asked.headers.get("x-amz-copy-source")
        if source:
            found = self._found(unquote(source).removeprefix("/").partition("/")[2])
            first, last = re.fullmatch(r"bytes=(\d+)-(\d+)", asked.headers["x-amz-copy-source-range"]).groups()
            if int(last) >= len(found.body):
                raise Refusal("InvalidRange")
            body = found.body[int(first) : int(last) + 1]
        else:
            self._check_sum(asked, body)
        made = upload.parts[number] = Object(body, _etag(body))
        if not source:
            return 200, {"ETag": made.etag, "x-amz-checksum-sha256": _sum(body)}, b""
        said = f"<CopyPartResult><ETag>{made.etag}</ETag><ChecksumSHA256>{_sum(body)}</ChecksumSHA256></CopyPartResult>"
        return 200, {}, said.encode()

    def _post(self, asked):
        if "uploads" in asked.query:
            name = f"upload-{len(self.asked)}"
            self.uploads[name] = Upload(asked.key, _metadata(asked))
            return 200, {}, f"<InitiateMultipartUploadResult><UploadId>{name}</UploadId></InitiateMultipartUploadResult>".encode()
        upload = self._upload(asked)
        self._once(asked)
        said = asked.body.decode()
        named = list(zip(*(re.findall(f"<{tag}>(.*?)</{tag}>", said) for tag in ("PartNumber", "ETag", "ChecksumSHA256")), strict=True))
        parts = [upload.parts[int(number)] for number, _, _ in named]
        if [(part.etag, _sum(part.body)) for part in parts] != [(etag.replace("&quot;", '"'), digest) for _, etag, digest in named]:
            raise Refusal("InvalidPart")
        if any(len(part.body) < self.smallest_part for part in parts[:-1]):
            raise Refusal("EntityTooSmall")
        body = b"".join(part.body for part in parts)
        digests = b"".join(hashlib.md5(part.body).digest() for part in parts)
        etag = f'"{hashlib.md5(digests).hexdigest()}-{len(parts)}"'
        self.objects[asked.key] = Object(body, etag, metadata=upload.metadata)
        del self.uploads[asked.query["uploadId"]]
        return 200, {}, f"<CompleteMultipartUploadResult><ETag>{etag}</ETag></CompleteMultipartUploadResult>".encode()

    def _delete(self, asked):
        if "uploadId" in asked.query:
            self._upload(asked)
            del self.uploads[asked.query["uploadId"]]
        else:
            self.objects.pop(asked.key, None)
        return 204, {}, b""

    def _found(self, key):
        if key not in self.objects:
            raise Refusal("NoSuchKey")
        return self.objects[key]

    def _upload(self, asked):
        upload = self.uploads.get(asked.query.get("uploadId", ""))
        if upload is None or upload.key != asked.key:
            raise Refusal("NoSuchUpload")
        return upload

    def _once(self, asked):
        if asked.headers.get("if-none-match") == "*" and asked.key in self.objects:
            raise Refusal("PreconditionFailed")

    def _check_sum(self, asked, body):
        if asked.headers.get("x-amz-checksum-sha256", "") != _sum(body):
            raise Refusal("BadDigest")  # the portal sends one with every body


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'


def _sum(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def _metadata(asked: Asked) -> dict[str, str]:
    return {name.removeprefix("x-amz-meta-"): value for name, value in asked.headers.items() if name.startswith("x-amz-meta-")}


class _Handler(BaseHTTPRequestHandler):
    stub: S3Stub
    protocol_version = "HTTP/1.1"

    def _serve(self):
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, path, query, headers, self.rfile.read(int(headers.get("content-length", 0))))
        stub = self.stub
        stub.asked.append(asked)
        if stub.hold is not None:
            stub.hold.wait(10)
        try:
            if stub.down:
                raise Refusal("SlowDown")
            status, said, body = stub.answer(asked)
        except (Refusal, sigv4.Denied) as refused:
            status, said = STATUS.get(refused.code, 403), {"Content-Type": "application/xml"}
            body = f"<Error><Code>{refused.code}</Code><Message>x</Message></Error>".encode()
        if self.command in stub.lost:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in said.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if stub.cut and self.command == "GET" and stub.cut[1] > 0 and len(body) > stub.cut[0]:
            stub.cut = (stub.cut[0], stub.cut[1] - 1)
            body, self.close_connection = body[: stub.cut[0]], True
        self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve

    def handle(self):
        with suppress(ConnectionError):  # the reader went away
            super().handle()

    def log_message(self, *_):
        pass
