"""What is the same under two sheets, and why: block → compare → weigh → cluster.

Give sheets, get pairs with a verdict and clues whose points add up to the score. Nothing is merged here.
Weights: `[dedup]` and `[dedup_actors]` of weights.toml. Method: docs/method/doublons.md.
"""

from maillage.core.dedup.actors import actor_pairs
from maillage.core.dedup.clustering import clusters
from maillage.core.dedup.judging import pairs
from maillage.core.dedup.shapes import ActorSheet, Clue, Cluster, Known, Pair, Sheet, Verdict

__all__ = ["ActorSheet", "Clue", "Cluster", "Known", "Pair", "Sheet", "Verdict", "actor_pairs", "clusters", "pairs"]
