"""How to cite figures."""

from __future__ import annotations

from terril.core.text import NBSP


def cite(*, title: str, producers: str, release: str, address: str = "", vintage: str = "") -> str:
    """A citation in French: producers, title, vintage, who calculated, when it was published, where it is.

    Parameters
    ----------
    title : of the figures: ``Taux de pauvreté, communes de l’Artois, 2021``.
    producers : of the sources, with their vintages where these are not one.
    release : day of the release, in words: ``22 novembre 2026``.
    address : of the page, absolute.
    vintage : of the source, where ``producers`` does not say it.

    Returns
    -------
    ``Insee, recensement. Population, communes de l’Artois, millésime 2023. Calculs Terril, publication du …``
    """
    work = f"{title}, millésime {vintage}" if vintage and vintage not in title and vintage not in producers else title
    parts = [producers, work, f"Calculs Terril, publication du {release}" if release else "Calculs Terril"]
    text = " ".join(f"{part.rstrip('. ')}." for part in parts if part.strip())
    return f"{text} Disponible à l’adresse{NBSP}: {address}" if address else text
