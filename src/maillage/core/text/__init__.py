"""French text, read once for everyone: the search engine, the understanding of needs, duplicates, pages.

Method: docs/method/comprehension.md.
"""

from maillage.core.text.excerpts import Segment, extract, highlight, summary
from maillage.core.text.folding import fold
from maillage.core.text.names import names_placed, without_names
from maillage.core.text.stemmer import stem
from maillage.core.text.words import (
    Run,
    Token,
    content_tokens,
    is_stopword,
    joined_stem,
    required_stems,
    run_of,
    stems,
    stems_of,
    tokens,
    words_said,
    written,
)

__all__ = [
    "Run",
    "Segment",
    "Token",
    "content_tokens",
    "extract",
    "fold",
    "highlight",
    "is_stopword",
    "joined_stem",
    "names_placed",
    "required_stems",
    "run_of",
    "stem",
    "stems",
    "stems_of",
    "summary",
    "tokens",
    "without_names",
    "words_said",
    "written",
]
