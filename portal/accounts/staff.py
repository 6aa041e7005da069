"""Wagtail's pages for people, for our person: one name, no password set by others, a letter to choose one."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.users.views.users import IndexView, UserFilterSet, UserViewSet

from portal.accounts import closing, mails, sessions
from portal.accounts.forms import zones
from portal.accounts.models import User
from portal.accounts.roles import MEANINGS, role_of


class RoleChoices(forms.ModelMultipleChoiceField):
    """Groups of staff, each with what it may do in plain words."""

    def label_from_instance(self, group: Any) -> str:
        meaning = MEANINGS.get(group.name)
        return f"{role_of(group)}: {meaning}" if meaning else role_of(group)


class _PersonForm(forms.ModelForm):
    required_css_class = "required"
    groups = RoleChoices(label=_("Roles"), queryset=Group.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["is_superuser"].label = _("Administrator")
        self.fields["is_superuser"].help_text = _("May do everything, and give roles to others. Two people are enough.")

    def clean_email(self) -> str:
        address = self.cleaned_data["email"].lower()
        others = User.objects.exclude(pk=self.instance.pk)
        taken = EmailAddress.objects.exclude(user_id=self.instance.pk).filter(email=address)
        if others.filter(email__iexact=address).exists() or taken.exists():
            raise ValidationError(_("Somebody has an account with this address already."), code="taken")
        return address


class UserCreationForm(_PersonForm):
    class Meta:
        model = User
        fields = ("email", "name", "language", "timezone", "is_superuser", "groups")

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        """Make the account without a password and send the letter to choose one; the address is proved at the first sign-in."""
        self.instance.set_unusable_password()
        user = super().save(commit)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
        mails.welcome(user, now=timezone.now())
        return user


class UserEditForm(_PersonForm):
    class Meta:
        model = User
        fields = ("email", "name", "language", "timezone", "is_active", "is_superuser", "groups")

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if editing_self:
            del self.fields["is_active"]
            del self.fields["is_superuser"]

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        """Save. A new address replaces the old one, which is told so, and is proved at the next sign-in; other roles change the session's
        key; an account that is taken away ends every session at once."""
        now, before = timezone.now(), User.objects.select_for_update().get(pk=self.instance.pk)
        user = super().save(commit)
        if "email" in self.changed_data:
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
            mails.queue("account/email/email_changed", before.email, {}, user=user, now=now)
            sessions.end_all(user)
        if {"groups", "is_superuser"} & set(self.changed_data):
            sessions.rights_changed([user.pk])
        if before.is_active and not user.is_active:
            closing.disable(user, now=now)
        return user


class PeopleFilter(UserFilterSet):
    last_login = None  # its calendar needs an inline script, which our content security policy stops


class PeopleView(IndexView):
    @cached_property
    def search_fields(self) -> list[str]:
        return ["name", "email"]


class PersonViewSet(UserViewSet):
    """Wagtail's own templates expect a first and a last name; its plain ones take the fields as they come."""

    index_view_class = PeopleView
    filterset_class = PeopleFilter
    template_prefix = ""

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return UserEditForm if for_update else UserCreationForm
