"""Who can be asked for what, where, and what is asked for: offers and demand over the reference geography.

Method: docs/method/couverture.md.
"""

from maillage.core.coverage.catalogue import Catalogue, Choice, catalogue_of
from maillage.core.coverage.demand import Asking, Demand, Evidence, EvidenceKind, demand_of
from maillage.core.coverage.gaps import Field, PlaceGap, field_of, local_themes, outside_of, served
from maillage.core.coverage.ground import Ground, Reach
from maillage.core.coverage.line import Level, Line, line_of
from maillage.core.coverage.offers import supplied_of
from maillage.core.coverage.overlaps import OverlapGroup, overlap_groups, text_of
from maillage.core.coverage.states import Standing, standing_of, standings_of
from maillage.core.coverage.supply import Supplied, Supply, once, supply_of
from maillage.core.coverage.where import column, column_count

__all__ = [
    "Asking",
    "Catalogue",
    "Choice",
    "Demand",
    "Evidence",
    "EvidenceKind",
    "Field",
    "Ground",
    "Level",
    "Line",
    "OverlapGroup",
    "PlaceGap",
    "Reach",
    "Standing",
    "Supplied",
    "Supply",
    "catalogue_of",
    "column",
    "column_count",
    "demand_of",
    "field_of",
    "line_of",
    "local_themes",
    "once",
    "outside_of",
    "overlap_groups",
    "served",
    "standing_of",
    "standings_of",
    "supplied_of",
    "supply_of",
    "text_of",
]
