"""Which language the CMS speaks: the colleague's own, whatever the device says; mirrored, with English words, where ours are not complete."""

import pytest
from django.utils import translation
from wagtail.users.models import UserProfile

from tests import people

pytestmark = [pytest.mark.django_db, pytest.mark.row("K1")]
MATRIX = "/cms/availability/"


def read(client, language, *, device="en"):
    colleague = people.staff("Program managers", language=language)
    client.force_login(colleague)
    answer = client.get(MATRIX, HTTP_ACCEPT_LANGUAGE=device)
    return colleague, answer, answer.content.decode()


@pytest.mark.parametrize("device", ["en", "ar", "de"])
def test_a_spanish_colleague_reads_the_cms_in_spanish_on_any_device(client, device):
    _, answer, page = read(client, "es", device=device)
    assert '<html lang="es" dir="ltr"' in page
    assert "Todos los cambios" in page and "All changes" not in page
    assert "data-partial" not in page
    assert answer.headers["Content-Language"] == "es"


def test_an_english_colleague_reads_english_on_a_spanish_device(client):
    _, answer, page = read(client, "en", device="es")
    assert '<html lang="en" dir="ltr"' in page and "All changes" in page and "data-partial" not in page
    assert answer.headers["Content-Language"] == "en"


def test_an_arabic_colleague_has_it_mirrored_and_its_english_words_say_so(client):
    page = read(client, "ar")[2]
    assert 'dir="rtl"' in page.split("<head>")[0]
    assert '<div class="cms-words" lang="en" data-partial>' in page
    assert "All changes" in page


def test_what_a_colleague_chose_in_the_cms_itself_wins(client):
    colleague = read(client, "es")[0]
    UserProfile.objects.update_or_create(user=colleague, defaults={"preferred_language": "en"})
    page = client.get(MATRIX, HTTP_ACCEPT_LANGUAGE="es").content.decode()
    assert '<html lang="en"' in page and "All changes" in page


def test_the_cms_offers_the_languages_of_the_portal_and_no_others(client):
    read(client, "en")
    page = client.get("/cms/account/").content.decode()
    assert [code for code in ("en", "es", "pt-br", "fr", "ar", "de", "ja") if f'<option value="{code}"' in page] == [
        "en",
        "es",
        "pt-br",
        "fr",
        "ar",
    ]


def test_people_of_societies_keep_the_language_of_the_address(client):
    client.force_login(people.user(language="es"))
    assert '<html lang="en"' in client.get("/en/accounts/profile/").content.decode()


def test_a_file_of_the_cms_that_is_made_while_it_leaves_speaks_the_colleagues_language_too(client):
    client.force_login(people.staff("Program managers", language="es", is_superuser=True))
    answer = client.get("/cms/reports/site-history/?export=csv", HTTP_ACCEPT_LANGUAGE="en")
    with translation.override("en"):
        told = b"".join(answer.streaming_content).decode()
        assert translation.get_language() == "en"
    assert (told.splitlines()[0].split(",")[:3], answer.headers["Content-Language"]) == (["ID", "Nombre", "Tipo"], "es")


def test_a_language_is_chosen_in_the_cms_and_the_one_name_stays(client):
    colleague = read(client, "en")[0]
    form = {
        "name-name": "Ana María Ruiz",
        "locale-preferred_language": "es",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
    }
    answer = client.post("/cms/account/", form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/cms/account/")
    colleague.refresh_from_db()
    assert (colleague.name, colleague.wagtail_userprofile.preferred_language) == ("Ana María Ruiz", "es")
    page = client.get("/cms/account/").content.decode()
    assert 'value="Ana María Ruiz"' in page and "first_name" not in page


def test_a_name_is_not_emptied_in_the_cms(client):
    colleague = read(client, "en")[0]
    before = colleague.name
    form = {
        "name-name": " ",
        "locale-preferred_language": "es",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
    }
    assert client.post("/cms/account/", form).status_code == 200
    colleague.refresh_from_db()
    assert colleague.name == before and not UserProfile.objects.filter(user=colleague, preferred_language="es").exists()
