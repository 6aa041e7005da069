from wagtail.users.forms import UserCreationForm as WagtailUserCreationForm
from wagtail.users.forms import UserEditForm as WagtailUserEditForm


class UserEditForm(WagtailUserEditForm):
    pass


class UserCreationForm(WagtailUserCreationForm):
    pass
