"""What the answers of the interface are made of. Names are French, as in the columns of the files."""

from __future__ import annotations

from enum import StrEnum

from ninja import Field, Schema

from terril.core.status import LABELS, Status

_STATUSES = ", ".join(f"`{s.word}` ({LABELS[s]})" for s in Status)
#: The words of statuses, as the schema lists them.
Word = StrEnum("Word", {s.name: s.word for s in Status})  # type: ignore[misc]


class Problem(Schema):
    """Ce qui empêche de répondre (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="Ce qui ne va pas, en une phrase")
    instance: str
    code: str = Field(description="Nature de l’erreur, stable : « requete », « territoire », « jeton »…")
    location: str | None = Field(None, description="Où : le paramètre, la valeur")
    hint: str | None = Field(None, description="Remède probable")


class Meta(Schema):
    """D’où vient la réponse, et comment la citer."""

    publication: str = Field(description="Identifiant de la publication lue")
    publiee_le: str = Field(description="Jour de la publication, ISO 8601")
    geographie: int = Field(description="Année du code officiel géographique des codes de territoires")
    editeur: str
    licences: list[str] = Field(description="Licences des données de la réponse, telles que déclarées")
    citation: str
    adresse: str = Field(description="Page du portail qui montre la même chose")


class Page(Schema):
    """Une page d’une liste."""

    total: int = Field(description="Nombre d’éléments de la liste entière")
    suivant: str | None = Field(None, description="Adresse de la page suivante ; absente à la dernière")
    meta: Meta


class Territory(Schema):
    """Un territoire ; un champ absent est inconnu ou sans objet à ce niveau."""

    cle: str = Field(description="`niveau:code`, à écrire dans les autres questions")
    niveau: str
    niveau_libelle: str
    code: str = Field(description="Code Insee ; SIREN pour une intercommunalité")
    nom: str
    nature: str | None = None
    siren: str | None = None
    epci: str | None = Field(None, description="SIREN de l’intercommunalité")
    departement: str | None = None
    region: str | None = None
    codes_postaux: list[str]
    population: int | None = Field(None, description="Population municipale")
    recensement: int = Field(description="Année du recensement de la population")
    superficie_ha: float | None = Field(None, description="Mesurée sur des contours généralisés")
    adresse: str = Field(description="Page du territoire")


class TerritoryAnswer(Schema):
    """Un territoire."""

    donnees: Territory
    meta: Meta


class TerritoryPage(Page):
    """Des territoires."""

    donnees: list[Territory]


class Alike(Schema):
    """Un territoire semblable, et pourquoi."""

    territoire: Territory
    distance: float = Field(description="0 : mêmes mesures")
    raison: str


class AlikePage(Page):
    """Des territoires semblables."""

    regle: str = Field(description="Règle de ressemblance, déclarée par le paquet")
    donnees: list[Alike]


class Unit(Schema):
    """Une unité."""

    code: str
    libelle: str


class Brief(Schema):
    """Un indicateur dans une liste."""

    id: str
    libelle: str
    theme: str
    unite: Unit
    decimales: int
    nature: str = Field(description="`observed` (observé) ou `target` (objectif)")
    sens: str | None = Field(None, description="`higher_is_better` ou `lower_is_better` ; absent : aucun jugement")
    periodes: list[str] = Field(description="De la plus ancienne à la dernière")
    adresse: str
    observations: str = Field(description="Adresse de ses observations, dernière période")


class BriefPage(Page):
    """Des indicateurs."""

    donnees: list[Brief]


class Origin(Schema):
    """Une source des chiffres."""

    producteur: str
    libelle: str
    millesime: str
    licence: str
    adresse: str


class Coverage(Schema):
    """Ce qui est observé à un niveau, pour une période."""

    niveau: str
    periode: str
    territoires: int = Field(description="Territoires dont quelque chose est dit")
    renseignes: int = Field(description="Ceux qui ont une valeur")


class Break(Schema):
    """Une rupture de série."""

    periode: str
    motif: str


class Reference(Schema):
    """Un document."""

    titre: str
    adresse: str


class Indicator(Brief):
    """Un indicateur : sa définition, ses sources, ce qu’il couvre."""

    definition: str
    formule: str
    agregation: str = Field(
        description="Ce qu’un niveau supérieur veut dire : `sum`, `ratio_of_sums`, `weighted_mean`…"
    )
    methode: str
    precaution: str
    references: list[Reference]
    valide_le: str | None = Field(None, description="Jour où la définition a été relue")
    ruptures: list[Break]
    sources: list[Origin] = Field(description="Sources de la dernière période")
    couverture: list[Coverage]


class IndicatorAnswer(Schema):
    """Un indicateur."""

    donnees: Indicator
    meta: Meta


class Observation(Schema):
    """Un chiffre. Une valeur nulle a toujours un statut qui dit pourquoi."""

    indicateur: str
    territoire: str = Field(description="`niveau:code`")
    code: str
    nom: str
    periode: str
    valeur: float | None = Field(description="Dans l’unité de l’indicateur ; nulle quand le statut la cache")
    statut: Word = Field(description=_STATUSES)
    statut_libelle: str
    numerateur: float | None = Field(description="Nul quand l’indicateur n’est pas un rapport, ou caché")
    denominateur: float | None = Field(description="Nul quand l’indicateur n’est pas un rapport, ou caché")
    unite: str


class ObservationPage(Page):
    """Des observations d’un indicateur, par niveau, période et code."""

    indicateur: Brief
    sources: list[Origin]
    donnees: list[Observation]


class ProfileAnswer(Schema):
    """Dernier chiffre de chaque indicateur d’un territoire."""

    territoire: Territory
    sources: list[Origin]
    donnees: list[Observation]
    meta: Meta


class Column(Schema):
    """Une colonne d’un jeu de données."""

    nom: str
    libelle: str
    type: str
    unite: str


class Link(Schema):
    """Un lien."""

    titre: str
    adresse: str


class Rights(Schema):
    """Ce que le lecteur peut faire du jeu."""

    chiffres: bool = Field(description="Voir les chiffres qui en sont tirés")
    donnees: bool = Field(description="Voir ses lignes")
    telecharger: bool


class Record(Schema):
    """Une fiche du catalogue."""

    identifiant: str
    nature: str = Field(description="`dataset`, `indicator`, `map`, `publication` ou `service`")
    titre: str
    description: str
    producteur: str
    referent: str = Field(description="Organisation qui en répond")
    licence: str
    frequence: str
    millesime: str
    theme: str
    mots_cles: list[str]
    ouverture: str
    debut: str
    fin: str
    modifie_le: str
    sources: list[str] = Field(description="Fiches à partir desquelles il est fait")
    liens: list[Link]


class RecordPage(Page):
    """Des fiches du catalogue."""

    donnees: list[Record]


class Dataset(Record):
    """Un jeu de données : sa fiche, ses colonnes, ce que l’on peut en faire."""

    colonnes: list[Column] = Field(description="Colonnes que le lecteur peut connaître")
    droits: Rights


class DatasetAnswer(Schema):
    """Un jeu de données."""

    donnees: Dataset
    meta: Meta


class Version(Schema):
    """Une version d’un jeu de données, nommée par son contenu."""

    id: str
    en_usage: bool
    lue_le: str
    lignes: int
    millesime: str
    supprimee: str | None = Field(None, description="Motif, si ses données ont été détruites")


class VersionPage(Page):
    """Les versions d’un jeu, la plus récente d’abord."""

    donnees: list[Version]


class RowPage(Page):
    """Des lignes d’un jeu de données, dans l’ordre du fichier."""

    version: str
    colonnes: list[Column]
    donnees: list[dict[str, str | int | float | bool | None]]


class Organisation(Schema):
    """Une organisation qui prend part à la plateforme."""

    id: str
    nom: str
    nature: str
    siren: str
    territoire: str


class OrganisationPage(Page):
    """Les organisations."""

    donnees: list[Organisation]
