"""Who acts in the CMS, as the history names them."""

from django.http import HttpRequest

from licensing.history.actions import Actor


def staff_actor(request: HttpRequest) -> Actor:
    """Return the signed-in member of staff, who acts for the licensor: no organisation of their own."""
    return Actor(request.user.pk, str(request.user))
