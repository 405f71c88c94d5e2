"""What is compared: our method, the same with one of its parts removed, and the peers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bench.quality import referents
from bench.quality.peers import bm25, communs, letters, postgres
from maillage.core.ranking import REMOVABLE
from maillage.evaluation.packs import Task
from maillage.evaluation.ranking import Ran, run

OURS, REFERENTS = "ours", "with typical needs"
Method = Callable[[Task], Ran]
LABELS = {
    OURS: "**Maillage**",
    REFERENTS: "avec les projets référents, comme la réponse",
    "without words": "sans les mots (BM25F)",
    "without neighbours": "sans les voisins appris",
    "without thesaurus": "sans les sigles ni les synonymes",
    "without light": "sans alléger les mots qui ne disent pas l’objet",
    "without letters": "sans les lettres",
    "without sense": "sans le sens appris",
    "without themes": "sans les sujets",
    "without step": "sans l’étape (étude ou travaux)",
    "PostgreSQL, every word": "PostgreSQL français, tous les mots, `ts_rank`",
    "PostgreSQL, any word": "PostgreSQL français, un des mots, `ts_rank`",
    "BM25": "BM25 simple",
    "letters": "TF-IDF de lettres",
    "Communs": "Communs : axes et BM25",
}
"""Each method as the page names it, in the order of the page."""


def methods(shared: Path) -> Mapping[str, Method]:
    """Every method that can be run here, by name. `shared`: the folder that holds `data` and `vocab`."""
    found: dict[str, Method] = {OURS: run, REFERENTS: referents.rank}
    found |= {f"without {part}": partial(run, without=(part,)) for part in REMOVABLE}
    if postgres.is_present():
        found["PostgreSQL, every word"] = postgres.rank_by(postgres.EVERY)
        found["PostgreSQL, any word"] = postgres.rank_by(postgres.ANY)
    found |= {"BM25": bm25.rank, "letters": letters.rank}
    if communs.is_present(shared):
        found["Communs"] = partial(communs.rank, shared=shared)
    return found
