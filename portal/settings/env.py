"""The typed reader of the environment: every variable, its type, its default and its unit, in one table.

``docs/settings.md`` describes the same names; a test compares the two. A malformed or missing variable stops the start with one line.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from portal.core.working_days import read_holidays

STRIPE = "https://api.stripe.com"


class BadSetting(Exception):
    """A variable is missing or malformed; the text names it and says what is accepted."""


def boolean(text: str) -> bool:
    """Accept 1 0 true false yes no on off.

    :raises ValueError: anything else.
    """
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.strip().lower() not in known:
        raise ValueError("use 1 or 0")
    return known[text.strip().lower()]


def origin(text: str) -> str:
    """Accept scheme://host[:port] without a path."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ValueError("use an address such as https://portal.example.org, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def database(text: str) -> dict[str, Any]:
    """Turn ``sqlite:///path``, ``postgres://user:password@host:port/name`` into Django's form; a path without a leading slash is relative."""
    parts = urlsplit(text)
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path[1:]) or ":memory:"}
    if parts.scheme in ("postgres", "postgresql"):
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", None) or parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": options,
        }
    raise ValueError("use sqlite:///var/portal.sqlite3 or postgres://user:password@host:5432/name")


def one_of(*accepted: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in accepted:
            raise ValueError("use " + " or ".join(accepted))
        return text

    return read


def scheme(*accepted: str) -> Callable[[str], str]:
    """Accept an address whose scheme is one of ``accepted``."""

    def read(text: str) -> str:
        if urlsplit(text).scheme not in accepted:
            raise ValueError("use an address that begins with " + " or ".join(f"{name}:" for name in accepted))
        return text

    return read


def some_of(*accepted: str) -> Callable[[str], tuple[str, ...]]:
    """Accept a list with commas of what is in ``accepted``."""

    def read(text: str) -> tuple[str, ...]:
        given = tuple(part.strip() for part in text.split(","))
        if not set(given) <= set(accepted):
            raise ValueError("use one or more of " + ", ".join(accepted))
        return given

    return read


def vault(text: str) -> str:
    """Accept ``file:path`` and ``s3://bucket/prefix?region=…&endpoint=…``; the prefix and the endpoint may be absent."""
    parts = urlsplit(text)
    if parts.scheme == "file" and parts.path:
        return text
    options = parse_qs(parts.query, keep_blank_values=True)
    said = [
        parts.scheme == "s3" and re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", parts.netloc),
        re.fullmatch(r"(/[A-Za-z0-9][A-Za-z0-9._-]*)*/?", parts.path),
        {"region"} <= set(options) <= {"region", "endpoint"},
        all(len(values) == 1 for values in options.values()),
        re.fullmatch(r"[a-z0-9-]+", options.get("region", [""])[0]),
        not parts.fragment,
    ]
    if not all(said):
        raise ValueError("use file:var/vault or s3://bucket/prefix?region=eu-west-1&endpoint=https://s3.example.org")
    if "endpoint" in options:
        origin(options["endpoint"][0])
    if find_spec("boto3") is None:
        raise ValueError("s3: needs boto3, which requirements/production.txt installs")
    return text


def secret(text: str) -> str:
    if len(text) < 32:
        raise ValueError("use at least 32 characters")
    return text


@dataclass(frozen=True)
class Variable:
    """``default`` None = required outside demo and tests."""

    read: Callable[[str], Any]
    default: str | None
    meaning: str


TABLE: dict[str, Variable] = {
    "DEMO": Variable(boolean, "0", "Demonstration: demo accounts, a banner, an inbox; no mail or money leaves."),
    "SECRET_KEY": Variable(secret, None, "Signs sessions and links; at least 32 characters."),
    "PORTAL_ORIGIN": Variable(origin, "http://localhost:8000", "Where the portal is reached; used in mails and QR codes."),
    "DATABASE_URL": Variable(database, "sqlite:///var/portal.sqlite3", "SQLite file or PostgreSQL server."),
    "CELERY_BROKER_URL": Variable(
        scheme("filesystem", "memory", "redis", "amqp"), "filesystem://", "Wakes the deliverer; the outbox table is the queue of record."
    ),
    "CACHE_URL": Variable(scheme("locmem", "redis"), "locmem://", "Django's cache."),
    "VAULT_URL": Variable(vault, "file:var/vault", "Where gated files and private documents lie."),
    "HANDOVER": Variable(
        one_of("stream", "accel", "redirect"), "stream", "How a gated file leaves the house: by us, by nginx, from the bucket."
    ),
    "EMAIL_URL": Variable(scheme("console", "smtp", "smtps", "memory"), "console://", "How mail leaves; in a demonstration it never does."),
    "EMAIL_FROM": Variable(str, "Program Portal <portal@demo.example>", "Sender of every mail."),
    "SEAL_KEY_FILE": Variable(str, "", "PEM key of the seal; empty = a demo key made under var/."),
    "SEAL_CERT_FILE": Variable(str, "", "PEM certificate of the seal."),
    "SEAL_FORMER_CERTS_FILE": Variable(str, "", "PEM certificates of the keys the portal sealed with before; their seals stay good."),
    "LICENSOR_NAME": Variable(str, "Oncology Quality Society (DEMO)", "The society that owns the programmes, as agreements name it."),
    "LICENSOR_HOLIDAYS": Variable(
        read_holidays,
        "01-01,12-25",
        "Days beside Saturdays and Sundays on which the licensor does not work: 12-25 every year, 2027-04-02 once.",
    ),
    "STRIPE_SECRET_KEY": Variable(str, "", "Stripe's secret key; empty = no cards: bank transfer and waivers only."),
    "STRIPE_WEBHOOK_SECRET": Variable(str, "", "Secret of the webhook `/stripe/webhook/`; required with a key."),
    "STRIPE_METHODS": Variable(
        some_of("card", "customer_balance"), "card", "What Stripe's page offers: `card`, `customer_balance` (bank transfers)."
    ),
    "STRIPE_TRANSFER_COUNTRY": Variable(
        one_of("BE", "DE", "ES", "FR", "IE", "NL"), "IE", "Country of the account Stripe names for transfers in EUR."
    ),
    "STRIPE_API_URL": Variable(origin, STRIPE, "Where Stripe is reached; only a demonstration may name another address."),
    "DEMO_CARDS": Variable(boolean, "0", "Demonstration with a stand-in for Stripe: cards can be tried, no money moves."),
    "LOG_FORMAT": Variable(one_of("text", "json"), "text", "Form of the log lines."),
    "METRICS_TOKEN": Variable(str, "", "Bearer token for /metrics from elsewhere than loopback; empty = loopback only."),
    "TRUSTED_PROXIES": Variable(int, "0", "Number of reverse proxies whose X-Forwarded-For entries are believed."),
}


def read(environment: Mapping[str, str] | None = None, *, defaults: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the value of every variable of ``TABLE``.

    ``defaults`` take the place of the table's own (demo, tests). An empty variable counts as absent.
    :raises BadSetting: the first variable that is missing or malformed.
    """
    environment = os.environ if environment is None else environment
    values = {}
    for name, variable in TABLE.items():
        text = environment.get(name) or (defaults or {}).get(name, variable.default)
        if text is None:
            raise BadSetting(f"{name} is not set. {variable.meaning}")
        try:
            values[name] = variable.read(text)
        except ValueError as wrong:
            shown = "its value" if "SECRET" in name or "URL" in name else repr(text)
            raise BadSetting(f"{name}: {shown} is not accepted; {wrong}.") from None
    _fit_together(values)
    _check_vault(values, environment)
    return values


def _fit_together(values: Mapping[str, Any]) -> None:
    """Check what one variable demands of another.

    :raises BadSetting: no secret for the webhook; real money in a demonstration; another address than Stripe's outside one.
    """
    if values["STRIPE_SECRET_KEY"] and not values["STRIPE_WEBHOOK_SECRET"]:
        raise BadSetting(
            "STRIPE_WEBHOOK_SECRET is not set. With STRIPE_SECRET_KEY it is required: payments are confirmed through the webhook."
        )
    if values["DEMO"] and "_live_" in values["STRIPE_SECRET_KEY"]:
        raise BadSetting("STRIPE_SECRET_KEY: a live key is not accepted in a demonstration; use a test key.")
    if not values["DEMO"] and values["STRIPE_API_URL"] != STRIPE:
        raise BadSetting(f"STRIPE_API_URL: only a demonstration may use another address than {STRIPE}.")


VAULTS = {"accel": "file", "redirect": "s3"}


def _check_vault(values: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    """:raises BadSetting: the vault's scheme and the hand-over, or the parts of its credentials, do not belong together."""
    kind, needed = urlsplit(values["VAULT_URL"]).scheme, VAULTS.get(values["HANDOVER"])
    if needed and kind != needed:
        raise BadSetting(f"HANDOVER: {values['HANDOVER']!r} is not accepted; it needs a VAULT_URL that begins with {needed}:.")
    lacking = [name for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY") if not environment.get(name)]
    if kind == "s3" and len(lacking) == 1:
        raise BadSetting(f"{lacking[0]} is not set. Both halves of the bucket's credentials are needed, or neither (a role's).")


def lasting_secret(path: Path) -> str:
    """Return the secret kept in ``path``, made on first use: for demonstrations, whose sessions should outlive a restart."""
    import secrets

    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = secrets.token_urlsafe(48)
        try:
            with path.open("x") as file:
                file.write(made)
        except FileExistsError:
            return path.read_text()
        path.chmod(0o600)
        return made
