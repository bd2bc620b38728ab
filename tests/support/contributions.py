"""Files with invented values, and the journey of an import, as the suite brings them."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from terril.apps.agreements.queries import subject_of
from terril.apps.contributions.imports import open_import
from terril.apps.contributions.loading import aim_at_new, confirm
from terril.apps.contributions.tasks import launch

SITES = """id;nom;surface;creation;active
S1;Zone des Moulins;12,5;2001-04-01;oui
S2;Parc du Lac;3;2010-09-15;non
S3;La Fosse 9;7,25;1998-01-20;oui
"""
FIGURES = """code_insee;annee;logements
62119;2021;120
62498;2021;80
62427;2021;45
"""


def dropped(text: str | bytes = SITES, name: str = "sites.csv") -> SimpleUploadedFile:
    """A file as a form sends it."""
    content = text.encode() if isinstance(text, str) else text
    return SimpleUploadedFile(name, content)


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of these files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def brought(user: Any, organisation: str, file: Any = None) -> Any:
    """An import of this person, examined."""
    work = open_import(user, subject_of(user), organisation, [file or dropped()])
    launch(work)
    return work


def drafted(user: Any, organisation: str, file: Any = None, **told: str) -> Any:
    """An import of this person, which became the draft of a new record; its record is ``work.record``."""
    work = brought(user, organisation, file)
    subject = subject_of(user)
    aim_at_new(work, subject, {"slug": "sites", "title": "Sites d’activité", "producer": "Agence", **told})
    return confirm(work, user, subject, "")
