"""Static files in production: hashed, compressed, and each style sheet with all it imports in one file.

People write one file per component; a browser far away should not fetch thirty, the second wave only after the first.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRIES = ("portal/css/index.css", "portal/css/cms.css")
IMPORT = re.compile(r'@import url\("([^":]+)"\)(?: layer\((\w+)\))?;')
ADDRESS = re.compile(r"""url\(\s*(["']?)(?![a-z]+:|[/#])([^"')]+)\1\s*\)""")


def bundle(name: str, read: Callable[[str], str]) -> str:
    """Return the sheet ``name`` with every import in its place and layer, addresses made relative to it."""
    folder = posixpath.dirname(name)

    def inline(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, match[1]))
        inner = posixpath.dirname(path)
        text = ADDRESS.sub(lambda found: f'url("{posixpath.relpath(posixpath.join(inner, found[2]), folder)}")', read(path))
        return f"@layer {match[2]} {{\n{text.rstrip()}\n}}" if match[2] else text.rstrip()

    return IMPORT.sub(inline, read(name))


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Bundle our entries after they are collected and before they are hashed."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            for name in ENTRIES:
                if name in paths:
                    storage, path = paths[name]
                    text = bundle(name, lambda wanted: self._text(paths, wanted))
                    self.delete(name)
                    self._save(name, ContentFile(text.encode()))
                    paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)

    @staticmethod
    def _text(paths: dict[str, Any], name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return file.read().decode()
