"""The programmes, needs and places of a bench: the real ones first, then recombined ones, always the same."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from maillage.core.records import ProgrammeRecord
from maillage.core.vocabulary import Status

SEED = 20261121
ORIGIN = "bench"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
PROJECTS = SHARED / "benchmark_fonds_vert" / "projects.csv"
FEWEST_WORDS = 3
"""Words below which the title of a project is not a need."""


def recombined(real: Sequence[ProgrammeRecord], count: int) -> Iterator[ProgrammeRecord]:
    """`count` distinct programmes made of pieces of the real ones; the same for the same `real`.

    Title, promise and keywords come from one, the text from another, what it does and for whom from a third, and one
    zone with its échelon and network from a fourth, so that zones keep the proportions of the real ones.
    """
    draw = random.Random(SEED)
    seen: set[tuple[int, ...]] = set()
    while len(seen) < count:
        chosen = tuple(draw.randrange(len(real)) for _ in range(4))
        if chosen in seen:
            continue
        seen.add(chosen)
        face, text, aim, ground = (real[index] for index in chosen)
        zones = (draw.choice(ground.zones),) if ground.zones else ()
        yield _woven(face, text, aim, ground, zones=zones, number=len(seen))


def _woven(
    face: ProgrammeRecord,
    text: ProgrammeRecord,
    aim: ProgrammeRecord,
    ground: ProgrammeRecord,
    *,
    zones: tuple[str, ...],
    number: int,
) -> ProgrammeRecord:
    return replace(
        face,
        uid="",
        slug=f"bench-{number:06}",
        parent="",
        variant_of="",
        programmes=(),
        description=text.description,
        eligibility=text.eligibility,
        conditions=text.conditions,
        how_to=text.how_to,
        natures=aim.natures,
        stages=aim.stages,
        aid_types=aim.aid_types,
        audiences=aim.audiences,
        categories=aim.categories,
        generalist=aim.generalist,
        zones=zones,
        excluded_zones=(),
        delivered_by=ground.delivered_by,
        echelon=ground.echelon,
        restricted_to=ground.restricted_to,
        source_name=face.source_name or ORIGIN,
        origin=ORIGIN,
        origin_id=f"{number:06}",
        verified_on=None,
        status=Status.PUBLISHED.value,
    )


def needs(count: int, *, promises: Sequence[str]) -> list[str]:
    """`count` distinct needs: titles of real projects asking for the Fonds vert, else promises of the inventory."""
    texts = _project_titles() or promises
    distinct = sorted({text.strip() for text in texts if len(text.split()) >= FEWEST_WORDS})
    return random.Random(SEED).sample(distinct, min(count, len(distinct)))


def _project_titles() -> list[str]:
    if not PROJECTS.exists():
        return []
    with PROJECTS.open(encoding="utf-8", newline="") as handle:
        return [row["nom_du_projet"] for row in csv.DictReader(handle)]


def places(count: int, *, communes: Sequence[str]) -> list[str]:
    """`count` communes (typed codes) drawn uniformly: most are small, as most communes are."""
    return random.Random(SEED).choices(sorted(communes), k=count)


def prefixes(names: Sequence[str], *, count: int) -> list[str]:
    """What people have typed of the name of a place: its first two to six letters."""
    draw = random.Random(SEED)
    return [draw.choice(names)[: draw.randint(2, 6)].strip() for _ in range(count)]
