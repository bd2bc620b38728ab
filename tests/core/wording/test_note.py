"""Explanations read as method notes."""

from __future__ import annotations

from dataclasses import replace

from terril.core.indicators.spec import Indicator
from terril.core.indicators.trace import TraceNode
from terril.core.sources import Source
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.wording.note import Note, method_note, reason

VACANCY = Indicator.model_validate(
    {
        "id": "logement/part_vacants",
        "label": "Part des logements vacants",
        "definition": "Logements vacants rapportés à l'ensemble des logements.",
        "unit": "%",
        "decimals": 1,
        "inputs": {
            "vacants": {"dataset": "essai/logements", "column": "logvac"},
            "ensemble": {"dataset": "essai/logements", "column": "log"},
        },
        "formula": "100 * vacants / ensemble",
        "aggregation": "ratio_of_sums",
        "missing": "propagate",
        "caution": "Comparer des recensements distants d'au moins cinq ans.",
        "references": [{"title": "Documentation", "url": "https://example.org/doc"}],
    }
)
SOURCE = Source.model_validate(
    {
        "id": "essai/logements",
        "label": "Logements",
        "producer": "Essai",
        "licence": "Licence Ouverte 2.0",
        "vintage": "2021",
        "format": "csv",
        "geography": {"level": "commune", "column": "code", "cog": 2024},
        "period": {"value": "2021"},
        "columns": [
            {"name": "logvac", "source": "logvac", "label": "Logements vacants", "unit": "logement"},
            {"name": "log", "source": "log", "label": "Logements", "unit": "logement"},
        ],
        "secrecy": {"flags": ["s"], "rule": "Aucun résultat sous onze logements."},
    }
)
EPCI = Territory(TerritoryKey(Level.EPCI, "200000001"), "CC des Trois Collines")


def origin() -> TraceNode:
    return TraceNode(
        "source",
        "Essai, Logements",
        details={
            "identifiant": "essai/logements", "producteur": "Essai", "millésime": "2021",
            "licence": "Licence Ouverte 2.0", "fichiers": "logements.csv", "version": "abcd", "COG": "2024",
            "chargé le": "2025-02-01T10:00:00+00:00",
        },
    )  # fmt: skip


def entry(name: str, value: float | None, status: str = "ok", *children: TraceNode) -> TraceNode:
    details = {"période lue": "2021", "lignes": 3, "lecture": "somme", "territoires membres": 3}
    return TraceNode("input", name, value, "logement", status, details, (*children, origin()))


def figure(value: float | None, status: str, *inputs: TraceNode) -> TraceNode:
    formula = TraceNode("formula", VACANCY.formula, children=inputs)
    details = {"indicateur": VACANCY.label, "période": "2021", "publication": "R1", "audience": "operator"}
    return TraceNode("observation", "…", value, "%", status, details, (formula,))


def noted(trace: TraceNode, indicator: Indicator = VACANCY) -> Note:
    return method_note(trace, indicator, EPCI, {"essai/logements": SOURCE})


def text(note: Note) -> str:
    lines = [note.title, note.figure]
    for section in note.sections:
        lines += [section.heading, *section.paragraphs, *section.items]
    return "\n".join(lines).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_ratio_says_its_sums_and_its_figures() -> None:
    told = text(noted(figure(8.0, "ok", entry("vacants", 96), entry("ensemble", 1200))))
    assert "Dans la CC des Trois Collines, la part des logements vacants est de 8,0 % en 2021." in told
    assert "Formule : 100 × vacants / ensemble." in told
    assert "Avec ses chiffres : 100 × 96 / 1 200 = 8,0 %." in told
    assert "Les rapports des membres ne sont jamais moyennés." in told
    assert "somme de « Logements vacants », période lue 2021, 3 lignes pour 3 territoires membres" in told
    assert "codes des communes au 1er janvier 2024 ; version abcd, chargée le 1er février 2025." in told
    assert "Chiffre publié : rien n’y est estimé, provisoire ni caché." in told
    assert "Comparer des recensements distants d’au moins cinq ans." in told
    assert "https://example.org/doc" in told


def test_a_secret_says_the_rule_and_shows_no_figure() -> None:
    told = text(noted(figure(None, "secret", entry("vacants", None, "secret"), entry("ensemble", None))))
    assert "En 2021, la CC des Trois Collines n’a pas de valeur montrée : secret statistique." in told
    assert "Ce chiffre est « secret statistique » comme l’entrée « vacants »." in told
    assert "Règle de « Logements » : Aucun résultat sous onze logements." in told
    assert "Avec ses chiffres" not in told


def test_an_estimate_says_what_was_shared_and_how() -> None:
    row = TraceNode(
        "row", "A", 12, "logement", "ok",
        {"passage": "00002 Bas, pour partie 00001 Haut depuis 2019 (partagée entre 2 communes)"},
    )  # fmt: skip
    shared = replace(entry("vacants", 96, "estimated", row), details={"lignes": 3, "estimation": "Réparti."})
    told = text(noted(figure(8.0, "estimated", shared, entry("ensemble", 1200))))
    assert "est de 8,0 % (valeur estimée) en 2021" in told
    assert "Ce chiffre est « estimé » comme l’entrée « vacants ». 00002 Bas, pour partie 00001 Haut" in told
    assert "Réparti." in told
    assert "Communes passées" not in told, "a story told once is enough"


def test_a_published_value_is_neither_summed_nor_averaged() -> None:
    indicator = VACANCY.model_copy(
        update={
            "inputs": {"taux": VACANCY.inputs["vacants"].model_copy(update={"measure": "value"})},
            "formula": "taux",
            "aggregation": "none",
        }
    )
    lone = TraceNode("input", "taux", 8.0, "%", "ok", {"lignes": 1}, (origin(),))
    told = text(noted(figure(8.0, "ok", lone), indicator))
    assert "Le producteur publie ce niveau" in told
    assert "Formule" not in told
    assert "valeur publiée de « Logements vacants »" in told


def test_many_stories_are_counted() -> None:
    rows = [TraceNode("row", f"{i}", 1, "", "missing", {"passage": f"{i:05} A, réunie à 00001 B"}) for i in range(20)]
    trace = figure(None, "missing", entry("vacants", None, "missing", *rows), entry("ensemble", 5))
    assert "Et 14 autres." in reason(trace, VACANCY)


def test_an_indicator_estimated_by_definition_says_so() -> None:
    indicator = VACANCY.model_copy(update={"status": "estimated"})
    assert "la définition de l’indicateur le veut" in reason(figure(1.0, "estimated"), indicator)
