"""Who sits where at each round of the workshops, and how far that is from the best possible.

k workshops x k rounds; everyone sees each workshop once. `GROUPS`: k groups turn along a Latin square. `MIXING`:
people are re-mixed at each round, so that as many pairs as possible meet. Weights: `[rotation]` of weights.toml.
Method: docs/method/rotation.md.
"""

from maillage.core.rotation.bounds import most_pairs
from maillage.core.rotation.judging import judge
from maillage.core.rotation.planning import plan, replan
from maillage.core.rotation.shapes import Encounters, Fault, Mode, Participant, Pin, Plan, Score

__all__ = [
    "Encounters",
    "Fault",
    "Mode",
    "Participant",
    "Pin",
    "Plan",
    "Score",
    "judge",
    "most_pairs",
    "plan",
    "replan",
]
