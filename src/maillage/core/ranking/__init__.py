"""Which documents answer a need best, and why: five signals, each explained, added with one set of weights.

Words (BM25F where a word of the need may be met by its nearest learned neighbour), groups of letters, sense, themes,
and the step (a study or works). Method and measures: docs/method/classement.md.
"""

from maillage.core.ranking.documents import Collection, Document
from maillage.core.ranking.mixture import PARTS, REMOVABLE, Ranked, Said, Scored, rank, scored, scores

__all__ = ["PARTS", "REMOVABLE", "Collection", "Document", "Ranked", "Said", "Scored", "rank", "scored", "scores"]
