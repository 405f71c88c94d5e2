"""What people who have the same need, in the same space, said of the offers: how it moves them, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from maillage.answer.models import Judgement, Motive
from maillage.answer.places import Where
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How many people found an offer useful, how many not for them, and the last motive of these."""

    useful: int = 0
    against: int = 0
    motive: str = ""

    @property
    def points(self) -> float:
        """What it adds to the offer, in standard deviations: so much a person, three at most."""
        most = weight("trame", "judged_most")
        return weight("trame", "judged") * max(-most, min(most, float(self.useful - self.against)))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """In words, both when people disagree."""
        found = []
        if self.useful:
            code = "judged_useful_one" if self.useful == 1 else "judged_useful_many"
            found.append(because(code, count=self.useful))
        if self.against:
            why = Motive(self.motive).label if self.motive else Motive.OTHER.label
            code = "judged_against_one" if self.against == 1 else "judged_against_many"
            found.append(because(code, count=self.against, why=why))
        return tuple(found)


def understanding_of(themes: Iterable[str]) -> str:
    """The themes of a need as one value; two needs with the same are the same need. Empty without themes."""
    return "|".join(sorted(themes))[:400]


def space_of(place: Where | None) -> str:
    """Where a judgement counts: the département of the place, else the place itself; empty for no place."""
    if place is None:
        return ""
    return f"DEP-{place.department}" if place.department else place.code


def judged(understanding: str, space: str) -> Mapping[str, Judged]:
    """Slug → what was said of it by those who have this need here; nothing for a need whose themes are unknown."""
    if not understanding:
        return {}
    rows = Judgement.objects.filter(understanding=understanding, space=space).order_by("created_at")
    found: dict[str, Judged] = {}
    for slug, useful, motive in rows.values_list("programme__slug", "useful", "motive"):
        one = found.get(slug, Judged())
        found[slug] = Judged(
            useful=one.useful + useful, against=one.against + (not useful), motive=one.motive if useful else motive
        )
    return found


def opinions(*, with_words: bool = False, space: str | None = None) -> QuerySet[Judgement]:
    """The judgements, the latest first. `with_words`: those that hold a comment; `space`: said there, None for all."""
    rows = Judgement.objects.exclude(comment="") if with_words else Judgement.objects.all()
    rows = rows if space is None else rows.filter(space=space)
    return rows.select_related("programme").order_by("-created_at", "-id")


def spaces_counted(*, with_words: bool = False) -> list[tuple[str, int]]:
    """Each space and how many judgements it holds, the fullest first; "" for those given without a place."""
    rows = Judgement.objects.exclude(comment="") if with_words else Judgement.objects.all()
    counted = rows.order_by().values_list("space").annotate(count=Count("id")).order_by("-count", "space")
    return [(space, count) for space, count in counted]
