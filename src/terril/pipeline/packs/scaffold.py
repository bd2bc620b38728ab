"""``terril new-pack``: a small pack, commented, that passes the check as it is."""

from __future__ import annotations

import re
from pathlib import Path

from terril.core.errors import Location, PackError, StoreError
from terril.pipeline.packs.reading import shown
from terril.pipeline.packs.schemas import write_schemas

_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
#: Folder of the schemas, beside the definitions, so that editors find them without network.
SCHEMAS = ".schemas"

_PACK = """\
# yaml-language-server: $schema=.schemas/pack.schema.json
# Un paquet : ce que votre agence déclare. Aucun code, seulement des fichiers YAML.
id: {name}            # le nom du dossier
label: {name}         # à remplacer par le nom lu par tous
description: À compléter.

# Tout ce que déclare « france » (thèmes, sources nationales, indicateurs) est repris ici.
# Une définition de même identifiant remplace celle du paquet étendu.
extends: [france]

# Périmètre montré d'abord, à déclarer dans perimeters.yaml :
# home: mon_perimetre

# Thèmes propres à ce paquet : premier mot de l'identifiant de ses indicateurs.
themes:
  - {{id: {name}, label: "{name}", question: "À quelle question ce thème répond-il ?"}}
"""
_PERIMETERS = """\
# yaml-language-server: $schema=.schemas/perimeters.schema.json
# Périmètres de coopération, d'étude, de transport. Les membres sont des clés niveau:code ;
# « terril territories --search … » donne les codes.
perimeters: []
#  - id: mon_perimetre
#    label: Mon périmètre
#    members: ["epci:200072460", "commune:62119"]
"""
_SOURCE = """\
# yaml-language-server: $schema=../.schemas/source.schema.json
# Une source : qui la produit, comment ses fichiers se lisent, ce que ses valeurs veulent dire.
# Celle-ci est un modèle : à renommer et à adapter. Rien ne s'affiche tant qu'aucun fichier n'est chargé.
id: {name}/logements
label: Exemple de source
producer: À compléter
licence: À compléter
vintage: 2021
format: csv
files: ["{name}_logements_*.csv"]     # reconnus par « terril ingest --from DOSSIER »
geography: {{level: commune, column: [code_commune, CODGEO], cog: 2024}}
period: {{column: annee}}
columns:
  - {{name: vacants, source: vacants, type: integer, unit: logement, label: Logements vacants}}
  - {{name: ensemble, source: ensemble, type: integer, unit: logement, label: Logements}}
secrecy:
  flags: [s]                        # valeurs par lesquelles le producteur dit « secret »
"""
_INDICATOR = """\
# yaml-language-server: $schema=../../.schemas/indicator.schema.json
# Un indicateur. L'identifiant est le chemin du fichier : indicators/{name}/exemple.yaml.
id: {name}/exemple
label: Exemple d'indicateur
definition: Logements vacants rapportés à l'ensemble des logements.
unit: "%"
decimals: 1
period: year
inputs:
  vacants: {{dataset: {name}/logements, column: vacants}}
  ensemble: {{dataset: {name}/logements, column: ensemble}}
formula: 100 * vacants / ensemble
numerator: vacants
denominator: ensemble
aggregation: ratio_of_sums          # un taux ne se moyenne jamais : on somme, puis on divise
missing: propagate                  # partie absente : résultat absent (ou zero : elle compte pour rien)
tests:
  - {{territory: "commune:62119", period: 2021, given: {{vacants: 8, ensemble: 100}}, expect: 8}}
"""
_README = """\
# {name}

Paquet Terril.

- vérifier : `TERRIL_PACKS=CHEMIN_DE_CE_DOSSIER terril check` (`TERRIL_PACKS` est inutile dans `packs/` du projet) ;
- charger des fichiers : `terril ingest --from DOSSIER` ;
- calculer : `terril build` ;
- lire : `terril query {name}/exemple --level commune`.

Les schémas de `.schemas/` guident la saisie dans les éditeurs qui lisent « yaml-language-server ».
"""


def new_pack(name: str, folder: Path) -> Path:
    """Write a new pack, ``folder/name``.

    Parameters
    ----------
    name : name of the pack and of its folder: lower case, digits and underscores.
    folder : folder that will hold it.

    Returns
    -------
    The folder of the pack.

    Raises
    ------
    PackError
        If the name cannot be one, or something already stands there.
    StoreError
        If the disk refuses.
    """
    if not _NAME.match(name):
        raise PackError(
            "nom de paquet non admis",
            location=Location(value=name),
            hint="minuscules sans accent, chiffres et tirets bas, une lettre d'abord",
        )
    root = folder / name
    if root.exists():
        raise PackError(
            "il y a déjà quelque chose à cet endroit",
            location=Location(file=shown(root)),
            hint="choisir un autre nom : rien n'est jamais écrasé",
        )
    try:
        _write(root, name)
    except OSError as error:
        why = error.strerror or "erreur d'écriture"
        raise StoreError(f"le paquet ne peut être écrit : {why}", location=Location(file=shown(root))) from error
    return root


def _write(root: Path, name: str) -> None:
    texts = {
        "pack.yaml": _PACK,
        "perimeters.yaml": _PERIMETERS,
        "sources/exemple.yaml": _SOURCE,
        f"indicators/{name}/exemple.yaml": _INDICATOR,
        "LISEZMOI.md": _README,
    }
    for path, text in texts.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(name=name), encoding="utf-8")
    write_schemas(root / SCHEMAS)
