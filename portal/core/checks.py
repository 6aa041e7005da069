"""System checks of the house."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, register

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
