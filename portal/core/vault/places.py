"""Which vault the settings name."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from portal.core.vault.base import Vault
from portal.core.vault.local import LocalVault


def vault() -> Vault:
    """Return the vault of ``VAULT_URL``; a relative ``file:`` path lies in the checkout."""
    return _vault(settings.VAULT_URL)


@lru_cache(maxsize=4)
def _vault(url: str) -> Vault:
    root = Path(settings.LOCALE_PATHS[0]).parents[1]
    return LocalVault(root / url.removeprefix("file:"))
