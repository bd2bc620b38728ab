"""Parameters of the questions: each has its limits, said once."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Path, Query

#: Every level and kind of record, as the document lists them.
LevelName = Literal[
    "country", "region", "department", "epci", "commune", "commune_deleguee", "iris", "perimeter", "group"
]
KindName = Literal["dataset", "indicator", "map", "publication", "service"]

_CODE = r"^[0-9A-Za-z_]{1,40}$"
_NAME = r"^[0-9A-Za-z_-]{1,80}$"
_KEY = r"^[a-z_]{4,20}:[0-9A-Za-z_]{1,40}$"
_PERIOD = r"^(toutes|derniere|[0-9]{4}([-/][0-9Q]{1,4})?)$"
#: Territories and periods named in one question.
MOST = 50

LevelPath = Annotated[LevelName, Path(description="Niveau du territoire")]
CodePath = Annotated[str, Path(pattern=_CODE, description="Code Insee, ou SIREN d’une intercommunalité")]
NamePath = Annotated[str, Path(pattern=_NAME, description="Une partie de l’identifiant : lettres, chiffres, tirets")]
SirenPath = Annotated[str, Path(pattern=r"^[0-9]{9}$", description="SIREN, neuf chiffres")]

LevelQuery = Annotated[LevelName | None, Query(None, description="Niveau des territoires")]
WithinQuery = Annotated[
    str, Query("", pattern=rf"^$|{_KEY}", description="Seulement les territoires de celui-ci : niveau:code")
]
TextQuery = Annotated[str, Query("", max_length=80, description="Texte cherché : nom, code Insee, SIREN, code postal")]
KindQuery = Annotated[KindName | None, Query(None, description="Nature des fiches")]
WordsQuery = Annotated[str, Query("", max_length=80, description="Mots cherchés dans le titre")]
ThemeQuery = Annotated[str, Query("", pattern=rf"^$|{_NAME}", description="Identifiant d’un thème")]
IndicatorQuery = Annotated[
    str, Query(pattern=r"^[0-9a-z_-]{1,60}/[0-9a-z_-]{1,80}$", description="Identifiant d’un indicateur : theme/nom")
]
TerritoriesQuery = Annotated[
    list[Annotated[str, Query(pattern=_KEY)]],
    Query([], max_length=MOST, description=f"Territoires, {MOST} au plus : niveau:code, répété"),
]
PeriodsQuery = Annotated[
    list[Annotated[str, Query(pattern=_PERIOD)]],
    Query(
        ["derniere"],
        max_length=MOST,
        description="Périodes, répété : `2021`, `2021-Q3`, `2021-03`, `1968/2022` ; `derniere` (d’office) ou `toutes`",
    ),
]
CursorQuery = Annotated[str, Query("", max_length=60, description="Curseur de la page, tel que donné par « suivant »")]
LimitQuery = Annotated[int, Query(100, ge=1, le=1000, description="Éléments par page")]
ManyQuery = Annotated[int, Query(1000, ge=1, le=10_000, description="Observations par page")]
VersionQuery = Annotated[
    str, Query("", pattern=r"^$|^[0-9a-f]{16}$", description="Version ; celle en usage quand elle manque")
]
