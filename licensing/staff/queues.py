"""The queues of licensing: narrowed by words, program and country of whoever is licensed or wants to be."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from content.staff.queues import QueueForm
from licensing.organisations.models import Organisation


class RoomForm(QueueForm):
    def __init__(self, data: Any):
        super().__init__(data, occurring=Organisation.objects.order_by().values("place"))


class LateForm(RoomForm):
    """Where a day is promised or asked for, also what is past it."""

    late = forms.BooleanField(label=gettext_lazy("Late only"), required=False)
