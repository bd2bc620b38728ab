"""The graph of definitions, and the causes of what is calculated again."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.causes import Cause, cause_words, component_words, differing, relabelled
from terril.core.indicators.fingerprint import components, data_fingerprint, metadata_fingerprint
from terril.core.indicators.formula import parse_formula
from terril.core.indicators.spec import Indicator
from terril.core.lineage import HOME, PROFILES, Kind, Lineage, Node, replacements
from terril.core.releases import SourceRelease


def indicator(identifier: str, **inputs) -> Indicator:
    return Indicator.model_validate(
        {
            "id": identifier, "label": identifier, "definition": "essai", "unit": "hab", "aggregation": "sum",
            "missing": "propagate", "inputs": inputs, "formula": " + ".join(inputs),
        }
    )  # fmt: skip


def reads(*datasets: str) -> dict:
    return {"dataset": datasets if len(datasets) > 1 else datasets[0], "column": "pop"}


KNOWN = {
    i.id: i
    for i in (
        indicator("d/pop", p=reads("t/a", "t/b")),
        indicator("d/twice", p={"indicator": "d/pop"}),
        indicator("e/jobs", p={"indicator": "d/twice"}, q=reads("t/c")),
        indicator("e/alone", q=reads("t/c")),
    )
}


def node(kind: Kind, identifier: str) -> Node:
    return Node(kind, identifier)


def test_a_source_reaches_its_indicators_through_others_and_their_pages():
    graph = Lineage(KNOWN, highlights=("e/jobs",))
    below = graph.downstream(node(Kind.SOURCE, "t/a"))
    assert {n.id for n in below if n.kind is Kind.INDICATOR} == {"d/pop", "d/twice", "e/jobs"}
    assert {n.id for n in below if n.kind is Kind.PAGE} == {"d", "e", HOME, PROFILES}
    assert [n.id for n in graph.path(node(Kind.SOURCE, "t/a"), node(Kind.INDICATOR, "e/jobs"))] == [
        "t/a", "d/pop", "d/twice", "e/jobs",
    ]  # fmt: skip
    assert graph.path(node(Kind.SOURCE, "t/a"), node(Kind.INDICATOR, "e/alone")) == ()


def test_an_indicator_stands_on_sources_and_parents():
    graph = Lineage(KNOWN)
    assert {n.id for n in graph.upstream(node(Kind.INDICATOR, "e/jobs"))} == {"d/pop", "d/twice", "t/a", "t/b", "t/c"}


def test_pages_show_only_what_is_released():
    graph = Lineage(KNOWN, shown=("d/pop",), highlights=("e/jobs",))
    assert {n.id for n in graph.downstream(node(Kind.SOURCE, "t/c")) if n.kind is Kind.PAGE} == set()
    assert {n.id for n in graph.downstream(node(Kind.SOURCE, "t/a")) if n.kind is Kind.PAGE} == {"d", PROFILES}


def test_what_is_not_in_the_graph_has_nothing_around_it():
    graph = Lineage(KNOWN)
    assert node(Kind.SOURCE, "t/none") not in graph
    assert graph.downstream(node(Kind.SOURCE, "t/none")) == graph.upstream(node(Kind.SOURCE, "t/none")) == ()


def test_replacements_are_told_in_the_order_of_preference_and_only_where_every_input_has_one():
    assert replacements(KNOWN, "t/a") == {"d/pop": ("t/b",)}
    assert replacements(KNOWN, "t/c") == {}


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda e: e[0] < e[1])))
def test_levels_go_up_along_every_edge_and_pages_are_last(edges):
    parents: dict[int, list[int]] = {i: [] for i in range(10)}
    for above, below in edges:
        parents[below].append(above)
    known = {
        f"t/i{i}": indicator(f"t/i{i}", s=reads("t/a"), **{f"p{a}": {"indicator": f"t/i{a}"} for a in found})
        for i, found in parents.items()
    }
    graph = Lineage(known)
    nodes = tuple(graph.graph)
    levels = graph.levels(nodes)
    assert all(levels[a] < levels[b] for a, b in graph.among(nodes))
    last = max(levels.values())
    assert all((levels[n] == last) == (n.kind is Kind.PAGE) for n in nodes)
    assert nx.is_directed_acyclic_graph(graph.graph)


def test_a_cause_is_followed_down_the_chain_to_its_root_by_the_shortest_way():
    known = {"d/pop": differing({"source t/a": "1"}, {"source t/a": "2"}, {})}
    known["d/twice"] = differing({"indicateur d/pop": "1"}, {"indicateur d/pop": "2"}, known)
    both = differing(
        {"indicateur d/pop": "1", "indicateur d/twice": "1"},
        {"indicateur d/pop": "2", "indicateur d/twice": "2"},
        known,
    )
    assert known["d/twice"] == (Cause("source t/a", through=("d/pop",)),)
    assert both == (Cause("source t/a", through=("d/pop",)),)
    deep = differing({"indicateur d/twice": "1"}, {"indicateur d/twice": "2"}, known)
    assert deep == (Cause("source t/a", through=("d/pop", "d/twice")),)


def test_the_rules_of_a_source_newly_read_go_without_saying():
    found = differing({}, {"source t/a": "1", "règles de t/a": "x"}, {})
    assert found == (Cause("source t/a", "added"),)
    assert differing({"règles de t/a": "x"}, {"règles de t/a": "y"}, {}) == (Cause("règles de t/a"),)


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (Cause("formule"), "formule modifiée"),
        (Cause("définition : aggregation"), "définition modifiée (agrégation)"),
        (Cause("source t/a", through=("d/pop",)), "source t/a\u00a0: nouvelle version (a.csv et 1 autres), par d/pop"),
        (Cause("source t/a", "removed"), "source t/a\u00a0: n’est plus lue"),
        (Cause("indicateur d/pop", "added"), "indicateur d/pop\u00a0: nouveau"),
        (Cause("table des appartenances"), "table des appartenances modifiée"),
        (Cause("règles de t/a"), "règles de lecture de t/a modifiées"),
        (Cause("chose inconnue"), "chose inconnue\u00a0: changement"),
    ],
)
def test_causes_are_said_in_french(cause, text):
    said = {"t/a": release("t/a", files=("a.csv", "b.csv"))}
    assert cause_words(cause, said) == text


def test_a_component_that_nobody_named_is_still_said():
    assert component_words("secret t/a") == "secret statistique de t/a\u00a0: d’autres cellules sont masquées"


def release(identifier: str, **fields) -> SourceRelease:
    given = {"version": "1", "vintage": "2021", "producer": "p", "licence": "l", "label": "s", "files": (),
             "retrieved_at": "", **fields}  # fmt: skip
    return SourceRelease(id=identifier, **given)


def test_words_of_a_source_that_changed_are_named():
    old, new = {"t/a": release("t/a")}, {"t/a": release("t/a", label="autre", licence="m")}
    assert relabelled(old, new, ["t/a", "t/b"]) == ("source t/a\u00a0: libellé, licence",)
    assert relabelled(old, old, ["t/a"]) == ()


def test_a_key_written_with_its_default_value_changes_no_fingerprint():
    def prints(**fields) -> tuple[str, str]:
        given = KNOWN["d/pop"].model_dump(mode="json", exclude_defaults=True) | fields
        found = Indicator.model_validate(given)
        parts = components(found, parse_formula(found.formula), {}, {}, {}, {})
        return data_fingerprint(parts), metadata_fingerprint(found, {}, ())

    assert prints() == prints(status="ok", levels=[], caution="", decimals=0)
    assert prints(status="estimated")[0] != prints()[0]
    assert prints(caution="prudence") == (prints()[0], prints(caution="prudence")[1]) != prints()
