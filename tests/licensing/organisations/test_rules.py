import pytest

from licensing.organisations.rules import MAY, Act, NotAllowed, Role, masked, may, new_roles


def test_every_act_is_in_the_table_and_the_owner_may_all_of_them():
    assert set(MAY) == set(Act)
    assert all(Role.OWNER in MAY[act] for act in Act)


@pytest.mark.parametrize("role", list(Role))
def test_only_owners_manage_people_and_data(role):
    assert may([role], Act.MANAGE_PEOPLE) is (role is Role.OWNER)
    assert may([role], Act.EDIT_ORGANISATION) is (role is Role.OWNER)


def test_nobody_may_anything_without_a_role():
    assert not any(may([], act) for act in Act)


@pytest.mark.parametrize("roles, code", [([], "no_role"), (["king"], "unknown_role"), (["owner", "king"], "unknown_role")])
def test_roles_that_do_not_exist_are_refused(roles, code):
    with pytest.raises(NotAllowed) as refused:
        new_roles(roles)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "number, shown",
    [("G-12345678", "•-•••••678"), ("AB12", "•••2"), ("12", "••"), ("", ""), ("00.000.000/0001-23", "••.•••.•••/•••1-23")],
)
def test_a_masked_number_shows_three_signs_at_most(number, shown):
    assert masked(number) == shown
