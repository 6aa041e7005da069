"""Signature Version 4 as the store computes it, from what arrived: written from Amazon's description, not from the code it checks."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

SKEW = timedelta(minutes=15)


class Denied(Exception):
    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def check(request, *, access_key: str, secret: str, token: str, region: str, now: datetime) -> None:
    """Refuse a request that is not signed by us, is altered, or comes too late.

    ``request``: ``method``, ``raw_path``, ``raw_query``, ``headers`` (lower case), ``body``.
    :raises Denied: the code S3 gives.
    """
    query = dict(parse_qsl(request.raw_query, keep_blank_values=True))
    if "X-Amz-Signature" in query:
        _by_query(request, query, access_key, secret, token, region, now)
    elif "authorization" in request.headers:
        _by_header(request, access_key, secret, token, region, now)
    else:
        raise Denied("AccessDenied")


def _by_query(request, query, access_key, secret, token, region, now):
    if query.get("X-Amz-Algorithm") != "AWS4-HMAC-SHA256":
        raise Denied("AuthorizationQueryParametersError")
    begun = _moment(query.get("X-Amz-Date", ""))
    try:
        seconds = int(query["X-Amz-Expires"])
    except (KeyError, ValueError):
        raise Denied("AuthorizationQueryParametersError") from None
    if not 0 < seconds <= 604_800 or begun > now + SKEW:
        raise Denied("AuthorizationQueryParametersError")
    if now > begun + timedelta(seconds=seconds):
        raise Denied("AccessDenied")  # "Request has expired"
    if query.get("X-Amz-Security-Token", "") != token:
        raise Denied("InvalidToken")
    rest = "&".join(pair for pair in request.raw_query.split("&") if not pair.startswith("X-Amz-Signature="))
    signed = query["X-Amz-SignedHeaders"].split(";")
    due = _signature(request, query["X-Amz-Credential"], query["X-Amz-Date"], signed, rest, "UNSIGNED-PAYLOAD", access_key, secret, region)
    if not hmac.compare_digest(due, query["X-Amz-Signature"]):
        raise Denied("SignatureDoesNotMatch")


def _by_header(request, access_key, secret, token, region, now):
    kind, _, said = request.headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in said.split(","))
    moment = request.headers.get("x-amz-date", "")
    if kind != "AWS4-HMAC-SHA256" or abs(_moment(moment) - now) > SKEW:
        raise Denied("RequestTimeTooSkewed")
    if request.headers.get("x-amz-security-token", "") != token:
        raise Denied("InvalidToken")
    signed = parts["SignedHeaders"].split(";")
    if not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(signed):
        raise Denied("AccessDenied")
    payload = request.headers["x-amz-content-sha256"]
    if payload != "UNSIGNED-PAYLOAD" and payload != hashlib.sha256(request.body).hexdigest():
        raise Denied("XAmzContentSHA256Mismatch")
    due = _signature(request, parts["Credential"], moment, signed, request.raw_query, payload, access_key, secret, region)
    if not hmac.compare_digest(due, parts["Signature"]):
        raise Denied("SignatureDoesNotMatch")


def _signature(request, credential, moment, signed, raw_query, payload, access_key, secret, region) -> str:
    key, _, scope = credential.partition("/")
    if key != access_key:
        raise Denied("InvalidAccessKeyId")
    if scope != f"{moment[:8]}/{region}/s3/aws4_request":
        raise Denied("AuthorizationHeaderMalformed")
    pairs = sorted((_code(name), _code(value)) for name, value in parse_qsl(raw_query, keep_blank_values=True))
    lines = [
        request.method,
        request.raw_path,
        "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in signed),
        "",
        ";".join(signed),
        payload,
    ]
    text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256("\n".join(lines).encode()).hexdigest()])
    made = f"AWS4{secret}".encode()
    for part in (*scope.split("/"), text):
        made = hmac.new(made, part.encode(), hashlib.sha256).digest()
    return made.hex()


def _code(text: str) -> str:
    return quote(text, safe="-._~")


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Denied("AccessDenied") from None
