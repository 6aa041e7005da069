"""Takes clauses and templates from parsed data into the library; a version that is there never changes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from licensing.agreements.models import AgreementTemplate, ClauseVersion

CLAUSE = ("title_en", "title_es", "body_en", "body_es", "when")
TEMPLATE = ("title", "titles", "clauses", "schedules", "key_terms", "prevails", "licensor")


class Changed(Exception):
    """A version that is in the library already says something else; ``code`` is ``version_changed``: give the new wording a new version."""

    code = "version_changed"

    def __init__(self, what: str):
        super().__init__(what)
        self.facts = {"what": what}


@transaction.atomic
def load(
    clauses: Iterable[Mapping[str, Any]],
    templates: Iterable[Mapping[str, Any]],
    *,
    key_terms: Mapping[str, Any],
    licensor: Mapping[str, Any],
    now: datetime,
) -> tuple[int, int]:
    """Add the versions that are missing; return how many clauses and templates were added.

    ``clauses`` and ``templates`` are the tables ``[[clause]]`` and ``[[template]]`` of the catalogue, ``key_terms`` its front page
    (``rows``, ``prevails``), ``licensor`` its address, ``notice_contact`` and ``law``.
    :raises Changed: a version is there with other words. :raises KeyError: a template names a clause the library lacks.
    """
    added = sum(_clause(row, now=now) for row in clauses)
    latest = dict(ClauseVersion.objects.order_by("version").values_list("code", "version"))
    return added, sum(_template(row, latest, key_terms, licensor, now=now) for row in templates)


def _clause(row: Mapping[str, Any], *, now: datetime) -> bool:
    values = {f"{field}_{code}": text for field in ("title", "body") for code, text in row[field].items()}
    values["when"] = {"offering": list(row["when"])} if row.get("when") else {}
    return _once(ClauseVersion, row["code"], row["version"], values, CLAUSE, now=now)


def _template(
    row: Mapping[str, Any], latest: Mapping[str, int], key_terms: Mapping[str, Any], licensor: Mapping[str, Any], *, now: datetime
) -> bool:
    pinned = AgreementTemplate.objects.filter(code=row["code"], version=row["version"]).first()
    versions = {code: version for code, version, *_ in [*pinned.clauses, *pinned.schedules]} if pinned else latest
    values = {
        "title": row["title"]["en"],
        "titles": dict(row["title"]),
        "clauses": [[code, versions[code]] for code in row["clauses"]],
        "schedules": [[code, versions[code], code[1:]] for code in row["schedules"]],
        "key_terms": [{"value": term["value"], "label": dict(term["label"])} for term in key_terms["rows"]],
        "prevails": dict(key_terms["prevails"]),
        "licensor": {name: licensor[name] for name in ("address", "notice_contact", "law")},
    }
    return _once(AgreementTemplate, row["code"], row["version"], values, TEMPLATE, now=now)


def _once(model: Any, code: str, version: int, values: dict[str, Any], compared: tuple[str, ...], *, now: datetime) -> bool:
    there = model.objects.filter(code=code, version=version).first()
    if there is None:
        model.objects.create(code=code, version=version, created_at=now, **values)
        return True
    if any(getattr(there, name) != values[name] for name in compared if name in values):
        raise Changed(f"{code} v{version}")
    return False
