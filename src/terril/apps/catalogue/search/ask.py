"""A question put to the catalogue, answered within the rights of who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from terril.apps.agreements.policies import which
from terril.apps.agreements.queries import state_of_rights
from terril.apps.catalogue.search.corpus import Corpus, Facet, Kept, Mask
from terril.apps.catalogue.search.file import IndexFile, index_file
from terril.apps.catalogue.search.follow import follow
from terril.apps.catalogue.search.ground import Ground
from terril.apps.catalogue.search.recent import Recent
from terril.apps.catalogue.search.text import Ranked, asked_words, corrections, expression, ranked
from terril.core.access import Action, Subject
from terril.core.catalogue.thesaurus import Thesaurus
from terril.core.territories.model import TerritoryKey
from terril.publishing.boxes import Box

#: Facets, in the order in which they are shown.
ALL = ("kind", "theme", "producer", "openness", "licence", "frequency", "period", "territory", "state")
#: Sets of rights, answers of texts and of territories kept by each process.
_SUBJECTS, _TEXTS, _GROUNDS = 512, 512, 64
#: Texts longer than this are cut.
LONGEST = 200


class Sort(StrEnum):
    """Order of the answers, as written in addresses."""

    RELEVANCE = "pertinence"
    RECENT = "recent"
    TITLE = "titre"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Parameters
    ----------
    text : words; the last may be unfinished.
    chosen : values kept, by facet: any of them.
    territory : records that concern it.
    box : records that meet this rectangle, WGS 84.
    start, count : which of the answers are shown.
    """

    text: str = ""
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    territory: TerritoryKey | None = None
    box: Box | None = None
    sort: Sort = Sort.RELEVANCE
    start: int = 0
    count: int = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What answers.

    Parameters
    ----------
    total : how many records.
    pks : those shown, in order; ``stamps`` say when each was last changed, as text.
    facets : by name, each value with how many records would answer if it were chosen alone in its facet.
    corrected : the words that were looked for instead, where those asked answer nothing.
    """

    total: int
    pks: tuple[int, ...]
    stamps: tuple[str, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    corrected: str = ""


_corpora = Kept()
_allowed: Recent[Mask] = Recent(_SUBJECTS)
_answers: Recent[Ranked] = Recent(_TEXTS)
_concerned: Recent[Mask] = Recent(_GROUNDS)


class Catalogue:
    """The catalogue as a subject knows it, now.

    Parameters
    ----------
    ground : territories, for spatial filters.
    thesaurus : words of one meaning.
    """

    def __init__(self, subject: Subject, ground: Ground, thesaurus: Thesaurus, file: IndexFile | None = None) -> None:
        self._subject = subject
        self._ground = ground
        self._thesaurus = thesaurus
        self._file = file or index_file()
        self._rights = state_of_rights()
        self._generation = self._followed()

    def _followed(self) -> tuple[Any, ...]:
        """Follow the state where the file is behind; the generation of the file."""
        generation, revision = self._file.state()
        if revision != self._rights[0]:
            follow(self._rights[0], self._file)
            generation, _ = self._file.state()
        return (self._file.path, *generation)

    @cached_property
    def _corpus(self) -> Corpus:
        return _corpora.of(self._file, self._generation)

    @cached_property
    def _known(self) -> Mask:
        """Records that the subject may know of: asked of the policy once a state of rights."""
        key = (self._generation, self._rights, timezone.localdate(), self._subject)
        found = _allowed.get(key)
        if found is None:
            pks = which(self._subject, Action.DISCOVER).order_by().values_list("pk", flat=True)
            found = _allowed.put(key, self._corpus.mask_of(np.array(list(pks), dtype=np.int64)))
        return found

    def find(self, question: Question) -> Found:
        """Records that answer, and what facets count."""
        asked = asked_words(question.text[:LONGEST])
        base = self._known & self._placed(question)
        rank, kept, corrected = self._texts(question.text[:LONGEST], asked, base)
        masks = {name: facet.having(question.chosen[name], self._corpus.size)
                 for name, facet in self._facets.items() if question.chosen.get(name)}  # fmt: skip
        all_ = _meet(kept, masks.values())
        places = np.flatnonzero(all_)
        ordered = places[self._order(question.sort, rank, places)]
        shown = ordered[question.start : question.start + question.count]
        return Found(
            total=len(places),
            pks=tuple(self._corpus.pks[shown].tolist()),
            stamps=tuple(self._corpus.stamps[place] for place in shown.tolist()),
            facets={name: self._counted(name, kept, all_, masks) for name in ALL},
            corrected=corrected,
        )

    @cached_property
    def _facets(self) -> Mapping[str, Facet]:
        corpus = self._corpus
        now = timezone.now().timestamp()
        return {**corpus.facets, "period": corpus.periods, "state": corpus.states(now)}

    def _placed(self, question: Question) -> Mask:
        mask: Mask = np.ones(self._corpus.size, dtype=bool)
        if question.territory is not None:
            key = (self._generation, question.territory)
            found = _concerned.get(key)
            if found is None:
                found = _concerned.put(key, self._ground.concerned(self._corpus, question.territory))
            mask &= found
        if question.box is not None:
            mask &= self._ground.inside(self._corpus, question.box)
        return mask

    def _texts(self, text: str, asked: list[str], base: Mask) -> tuple[npt.NDArray[np.float64] | None, Mask, str]:
        """Rank of each record, those that answer among ``base``, and the words looked for instead."""
        if not asked:
            return None, base, ""
        rank, kept = self._answering(asked, base, typing=not text.endswith(" "))
        if kept.any():
            return rank, kept, ""
        for other in corrections(asked, self._corpus.vocabulary):
            # A word is offered only where a record that the subject may know bears it.
            ranks, answering = self._answering(other, base, typing=False)
            if answering.any():
                return ranks, answering, " ".join(other)
        return rank, kept, ""

    def _answering(self, asked: list[str], base: Mask, *, typing: bool) -> tuple[npt.NDArray[np.float64], Mask]:
        put = expression(asked, self._thesaurus, typing=typing)
        key = (self._generation, put)
        found = _answers.get(key)
        if found is None:
            found = _answers.put(key, self._file.read(lambda connection: ranked(connection, put)))
        rank = self._corpus.spread(*found)
        return rank, base & (rank < np.inf)

    def _order(
        self, sort: Sort, rank: npt.NDArray[np.float64] | None, places: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        title = self._corpus.title_place[places]
        if sort is Sort.RECENT:
            return np.lexsort((title, -self._corpus.modified[places]))
        if sort is Sort.TITLE or rank is None:
            return np.argsort(title)
        return np.lexsort((title, rank[places]))

    def _counted(self, name: str, kept: Mask, all_: Mask, masks: Mapping[str, Mask]) -> tuple[tuple[str, int], ...]:
        others = all_ if name not in masks else _meet(kept, (m for n, m in masks.items() if n != name))
        return tuple(self._facets[name].count(others))


def _meet(mask: Mask, others: Any) -> Mask:
    for other in others:
        mask = mask & other
    return mask
