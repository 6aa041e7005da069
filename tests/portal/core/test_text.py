import re

import pytest

from portal.core.text import fold, new_code, read_code


@pytest.mark.parametrize(
    "text, key",
    [
        ("Fundación ECO", "fundacion eco"),
        ("FUNDACION  eco", "fundacion eco"),
        ("Fundación E.C.O.", "fundacion e c o"),
        ("Société marocaine", "societe marocaine"),
        ("Straße", "strasse"),
        ("المجموعة السعودية", "المجموعة السعودية"),
        ("'; --", ""),
        ("", ""),
    ],
)
def test_names_are_compared_without_case_accents_and_punctuation(text, key):
    assert fold(text) == key


def test_a_code_has_eighty_bits_in_groups_of_four():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)


@pytest.mark.parametrize(
    "typed, code",
    [
        ("7k4m29qx7k4m29qx", "7K4M-29QX-7K4M-29QX"),
        (" 7K4M 29QX-7k4m-29qx ", "7K4M-29QX-7K4M-29QX"),
        ("OIL0-OIL0-OIL0-OIL0", "0110-0110-0110-0110"),
        ("7K4M-29QX", ""),
        ("7K4M-29QX-7K4M-29QU", ""),
        ("'; DROP TABLE x --", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_however_it_was_typed(typed, code):
    assert read_code(typed) == code
