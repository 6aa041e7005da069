"""Whose account licensing still needs: nobody's who belongs to an organisation, and nobody's whose name stands on an agreement, ends by itself."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from licensing.agreements.models import Signature, SignatureRequest
from licensing.organisations.models import Membership


def needed(since: datetime) -> Q:
    """Say who belonged to an organisation after ``since``, or was ever asked to sign or has signed."""
    member = Membership.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since), user=OuterRef("pk"))
    lines = [Q(Exists(model.objects.filter(user=OuterRef("pk")))) for model in (SignatureRequest, Signature)]
    return Q(Exists(member)) | lines[0] | lines[1]
