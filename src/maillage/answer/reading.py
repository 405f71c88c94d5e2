"""What a need says once read: its understanding as people corrected it, its words, the typical need it is close to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from maillage.core.tagging import Understanding, understand
from maillage.core.tags import CHOSEN, Correction, Tag
from maillage.core.text import required_stems
from maillage.core.typical import Referent
from maillage.core.vocabulary import Audience, Stage
from maillage.inventory.typical import referents
from maillage.search.words import Words, read_words
from maillage.territories.queries import PlaceNamed, places_named


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRead:
    """A need, read: what was understood, the words it says, the typical need it is close to.

    `text`: the need without the names of places it holds, its typing mistakes corrected; `named`: these places.
    """

    understanding: Understanding
    words: Words
    near: Referent | None
    text: str
    named: tuple[PlaceNamed, ...]


def with_inherited(words: Words, near: Referent | None) -> Words:
    """The words to look for: those of the typical need count as neighbours, behind all others."""
    shared = next(iter(words.stems), "")
    if not (near and shared):
        return words
    inherited = {stem: shared for stem in near.inherited if stem not in words.stems}
    return replace(words, neighbours={**inherited, **words.neighbours})


def read_need(
    text: str,
    *,
    stage: str = "",
    audience: str = "",
    themes: Sequence[str] = (),
    corrections: Sequence[Correction] = (),
    referent: bool = True,
) -> NeedRead:
    """Read a need. `referent`: False when the person refused the typical need."""
    named = places_named(text)
    bare = _without(text, named)
    read = read_words(bare)
    meant = _corrected(text, read)
    understood = understand(meant, corrections=corrections, chosen=themes)
    themed = {tag.code for tag in understood.categories}
    near = referents().near(meant, categories=themed) if referent else None
    refused = any(item.kind == "categories" for item in understood.set_aside)
    if near and not understood.categories and not refused:
        chosen = near.need.categories[:1]
        understood = replace(understood, categories=understand(" ".join(near.shared), chosen=chosen).categories)
    understood = _with_choices(understood, stage=stage, audience=audience)
    words = _meaningful(read, understood)
    return NeedRead(understanding=understood, words=words, near=near, text=_corrected(bare, read), named=named)


def _corrected(text: str, words: Words) -> str:
    """The text with its typing mistakes corrected, as these words were read."""
    for typed, read in words.corrected:
        text = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", read, text)
    return text


def _without(text: str, named: Sequence[PlaceNamed]) -> str:
    """The text without the names of these places, which say where and not what; whole when nothing else is said."""
    kept = text
    for place in reversed(named):
        kept = kept[: place.start] + kept[place.end :]
    return kept if required_stems(kept) else text


def _with_choices(understood: Understanding, *, stage: str, audience: str) -> Understanding:
    """What was understood, with the step and the audience a person chose in its place."""
    if stage:
        understood = replace(understood, stages=(Tag(stage, Stage(stage).label, (), 1.0, origin=CHOSEN),))
    if audience:
        understood = replace(understood, audiences=(Tag(audience, Audience(audience).label, (), 1.0, origin=CHOSEN),))
    return understood


def _meaningful(words: Words, understood: Understanding) -> Words:
    """The words without those that only say « project », « need » or « help », when any other is left."""
    corrected = {right for _, right in words.corrected}
    kept = tuple(stem for stem in words.stems if stem in understood.significant or words.surfaces[stem] in corrected)
    kept = kept or words.stems
    halves = _halves(kept)
    kept = tuple(stem for stem in kept if stem not in halves)
    neighbours = {stem: source for stem, source in words.neighbours.items() if source in kept}
    return replace(words, stems=kept, required=kept, neighbours=neighbours)


def _halves(stems: Sequence[str]) -> set[str]:
    """« tiers » and « lieu » beside « tierslieu »: the compound counts once, by itself."""
    known = set(stems)
    cuts = ((whole[:at], whole[at:]) for whole in known for at in range(1, len(whole)))
    return {half for first, second in cuts if first in known and second in known for half in (first, second)}
