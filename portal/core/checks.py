"""System checks of the house."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

PACKAGES = ("portal", "licensing", "content", "i18n", "media", "tests")


@register()
def writable_places_lie_outside_the_code(app_configs, **kwargs):
    """Files written at run time must never lie in a package: a stored ``kits/evil.py`` would be importable as ``media.kits.evil``."""
    root = Path(settings.LOCALE_PATHS[0]).parents[1]
    places = {"MEDIA_ROOT": settings.MEDIA_ROOT, "STATIC_ROOT": settings.STATIC_ROOT}
    for alias, spec in settings.STORAGES.items():
        places[f"STORAGES[{alias!r}]"] = spec.get("OPTIONS", {}).get("location")
    if settings.VAULT_URL.startswith("file:"):
        places["VAULT_URL"] = root / settings.VAULT_URL.removeprefix("file:")
    return [
        Error(f"{name} = {place} holds or lies in a code package.", id="portal.E001")
        for name, place in places.items()
        if place
        for package in PACKAGES
        if Path(place).resolve() in (root / package, root) or root / package in Path(place).resolve().parents
    ]


@register(Tags.security, deploy=True)
def limits_are_counted_for_all_processes(app_configs, **kwargs):
    """In a cache of each process every limit holds once per process, and a code of an authenticator app works once in each."""
    if settings.CACHES["default"]["BACKEND"].endswith(("LocMemCache", "DummyCache")):
        hint = "Set CACHE_URL to redis://host:6379/0, shared by all processes of the portal."
        return [Warning("CACHE_URL keeps a cache per process: rate limits and used codes are not shared.", hint=hint, id="portal.W001")]
    return []
