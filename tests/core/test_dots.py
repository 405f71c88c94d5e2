"""What dots settle, against the definition, on every small vote."""

from __future__ import annotations

from itertools import product

import pytest

from maillage.core.dots import best


@pytest.mark.parametrize("places", [1, 2, 3, 4])
def test_every_small_vote_keeps_who_is_surely_among_the_best_and_leaves_only_true_ties(places):
    for dots in product(range(4), repeat=4):
        counts = [(str(at), each) for at, each in enumerate(dots)]

        found = best(counts, places=places)

        known = dict(counts)
        sure = {key for key in known if sum(known[other] >= known[key] for other in known) <= places}
        possible = {key for key in known if sum(known[other] > known[key] for other in known) < places}
        assert set(found.kept) == sure
        assert set(found.tied) == possible - sure
        assert found.left == places - len(sure)
        assert list(found.kept) == sorted(found.kept, key=lambda key: -known[key]), "the most dots first"
        assert not found.tied or 0 < found.left < len(found.tied)


def test_places_that_cannot_be_filled_are_refused():
    for places in (0, 3):
        with pytest.raises(ValueError, match="places"):
            best([("a", 1), ("b", 0)], places=places)
