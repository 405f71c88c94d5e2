"""The words of French territories: what says a category, a goal, a stage, who asks; acronyms and synonyms.

The words are data (TOML, beside this file), read once on first use. Method: docs/method/comprehension.md.
"""

from maillage.core.lexicon.expansion import Expansion, expand
from maillage.core.lexicon.phrases import Found, Phrasebook, Reading, read

__all__ = ["Expansion", "Found", "Phrasebook", "Reading", "expand", "read"]
