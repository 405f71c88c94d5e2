"""A tag of a need, and what a person said of it: it is wrong, or it is missing.

A correction holds for one need, or is learnt by a space (an account, an organisation, a browser) for its next needs:
it then carries the stems it was said of. Method: docs/method/comprehension.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from maillage.core.text import stems
from maillage.core.weighing import weight

KINDS = ("categories", "stages", "audiences", "competences", "sdgs")
"""What can be corrected, as `Understanding` names it."""

CHOSEN, LEARNT = "chosen", "learnt"


@dataclass(frozen=True, slots=True)
class Tag:
    """A code the text speaks of, with its French label, the very words that say so, and their points.

    `suggested` is true of goals: a person validates them. Evidence is in the order of the text.
    `origin`: "" when the words say it, "chosen" when a person does, "learnt" from an earlier correction of the space.
    """

    code: str
    label: str
    evidence: tuple[str, ...]
    weight: float
    suggested: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing a person corrected: `code` of this `kind` is right, or wrong.

    `stems`: the words it was said of; empty when it is said of this need, whatever its words.
    """

    kind: str
    code: str
    right: bool
    stems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A tag that the words say and a correction took away; it can be put back."""

    kind: str
    tag: Tag
    learnt: bool


def amended(
    found: tuple[Tag, ...],
    corrections: Iterable[Correction],
    *,
    kind: str,
    said: Mapping[str, str],
    label: Callable[[str], str],
) -> tuple[tuple[Tag, ...], tuple[SetAside, ...]]:
    """The tags once corrected, and those set aside. The last correction of a code prevails.

    `said`: stem → word of the need. A code with no label is left out: the lists may have changed since.
    """
    kept = {tag.code: tag for tag in found}
    aside: dict[str, SetAside] = {}
    words_say = dict(kept)
    for each in corrections:
        if each.kind != kind:
            continue
        if each.right and each.code not in kept and _is_about(each, said):
            kept[each.code] = words_say.get(each.code) or _added(each, said, label)
            aside.pop(each.code, None)
        elif not each.right and each.code in kept and _is_said_of(each, kept[each.code]):
            gone = kept.pop(each.code)
            if each.code in words_say:
                aside[each.code] = SetAside(kind, gone, learnt=bool(each.stems))
    return tuple(kept.values()), tuple(aside.values())


def _added(correction: Correction, said: Mapping[str, str], label: Callable[[str], str]) -> Tag:
    evidence = tuple(said[stem] for stem in correction.stems if stem in said)
    origin = LEARNT if correction.stems else CHOSEN
    return Tag(correction.code, label(correction.code), evidence, 1.0, correction.kind == "sdgs", origin)


def _is_about(correction: Correction, said: Mapping[str, str]) -> bool:
    """Whether enough of the words an addition was learnt from are in this need."""
    held = sum(1 for stem in correction.stems if stem in said)
    return not correction.stems or held / len(correction.stems) >= weight("tagging", "learnt_from")


def _is_said_of(correction: Correction, tag: Tag) -> bool:
    """Whether a refusal covers all the words that say a tag: one more word, and the tag stays."""
    if not correction.stems:
        return True
    return bool(tag.evidence) and set(stems(" , ".join(tag.evidence))) <= set(correction.stems)
