"""Who is at the other end of a request: the one function for signatures, logs, sessions and limits."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str | None:
    """Return the client's IP address: the one the last trusted proxy saw; None if it is not one."""
    remote = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        remote = chain[-settings.TRUSTED_PROXIES] if len(chain) >= settings.TRUSTED_PROXIES else remote
    try:
        return str(ipaddress.ip_address(remote))
    except ValueError:
        return None


def network(request: HttpRequest, *, v4: int = 32, v6: int = 64) -> str:
    """Return the client's network with prefixes of that many bits, '' if it has no address. One subscriber has a whole /64 of IPv6."""
    remote = address(request)
    if remote is None:
        return ""
    ip = ipaddress.ip_address(remote)
    return str(ipaddress.ip_network((ip, v4 if ip.version == 4 else v6), strict=False))
