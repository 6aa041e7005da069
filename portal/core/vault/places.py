"""Which vault the settings name."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from portal.core.vault.base import Vault
from portal.core.vault.local import LocalVault
from portal.core.vault.s3 import Place, S3Vault


def vault() -> Vault:
    """Return the vault of ``VAULT_URL``; a relative ``file:`` path lies in the checkout."""
    return _vault(settings.VAULT_URL)


@lru_cache(maxsize=4)
def _vault(url: str) -> Vault:
    if url.startswith("s3:"):
        return S3Vault(Place.of(url))
    root = Path(settings.LOCALE_PATHS[0]).parents[1]
    return LocalVault(root / url.removeprefix("file:"))
