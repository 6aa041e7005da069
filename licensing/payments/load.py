"""Invoice details from a data file, as ``demo/fees.toml`` has them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from licensing.payments.models import BillingDetails


@transaction.atomic
def load_billing(data: Mapping[str, Any]) -> bool:
    """Set the invoice details from ``data["billing"]`` where none are set yet; return whether they were. Texts by language: {en, es}."""
    details = BillingDetails.load()
    if details.account:
        return False
    for field, value in data["billing"].items():
        if isinstance(value, Mapping):
            for language, text in value.items():
                setattr(details, f"{field}_{language.replace('-', '_')}", text)
        else:
            setattr(details, field, value)
    details.save()
    return True
