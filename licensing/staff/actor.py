"""Who acts in the CMS, as the history names them."""

from django.http import HttpRequest

from licensing.history.actions import Actor
from portal.accounts import stepup


def staff_actor(request: HttpRequest) -> Actor:
    """Return the signed-in member of staff, who acts for the licensor: no organisation of their own."""
    return Actor(request.user.pk, str(request.user), proof=stepup.proof(request))
