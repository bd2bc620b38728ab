"""Kinds of notices: declared here, an unknown one raises; each may be read in the page alone."""

from __future__ import annotations

#: Name of each kind and how it reads in the preferences.
KINDS: dict[str, str] = {
    "request": "une demande d’accès à décider, ou la réponse à la mienne",
    "access": "un accès ouvert, retiré ou bientôt terminé",
    "agreement": "une convention ou des conditions qui me concernent",
    "undertaking": "un engagement à signer, un fichier à détruire",
    "membership": "mon organisation, ses membres et ses invitations",
    "proposal": "une correction à décider, ou la réponse à la mienne",
    "record": "une fiche dont je suis référent : commentaire, publication, retard",
    "import": "la fin d’un import ou d’un moissonnage",
}
