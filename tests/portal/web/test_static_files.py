"""Style sheets in production: one file, the same rules in the same layers."""

import re
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

from portal.web.static_files import bundle

SHEETS = {
    "a/css/index.css": """@layer base, components;
@import url("base.css") layer(base);
@import url("components/deed.css") layer(components);
""",
    "a/css/base.css": "p { margin: 0; }\n",
    "a/css/components/deed.css": """.x { mask: url("../../img/teeth.svg"); fill: url(#dots); }
.y { background: url(data:image/gif;base64,R0); }
""",
}


def test_imports_stand_in_their_layers_and_addresses_still_lead_to_the_files():
    assert bundle("a/css/index.css", SHEETS.__getitem__) == (
        "@layer base, components;\n"
        "@layer base {\np { margin: 0; }\n}\n"
        '@layer components {\n.x { mask: url("../img/teeth.svg"); fill: url(#dots); }\n'
        ".y { background: url(data:image/gif;base64,R0); }\n}\n"
    )


def test_collected_for_production_the_entry_is_one_hashed_file(tmp_path):
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "portal.web.static_files.PortalStaticFilesStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    with override_settings(STORAGES=storages, STATIC_ROOT=str(tmp_path), INSTALLED_APPS=["django.contrib.staticfiles"]):
        call_command("collectstatic", interactive=False, verbosity=0)
    for entry in ("index", "cms"):
        sheets = [path for path in (tmp_path / "portal/css").iterdir() if re.fullmatch(rf"{entry}\.[0-9a-f]{{12}}\.css", path.name)]
        assert len(sheets) == 1
        text = sheets[0].read_text()
        assert "@import" not in text and "--st-available:" in text and ".status--tag" in text
        addresses = [found for found in re.findall(r'url\("?([^")]+)"?\)', text) if not found.startswith("#")]
        assert addresses and [found for found in addresses if not (sheets[0].parent / Path(found)).exists()] == []
