"""The only writers of the room: the coverage on disk, what is kept of a day, what people say of a gap or an overlap."""

from maillage.coverage.actions.building import Built, catch_up, rebuild, take_snapshot
from maillage.coverage.actions.findings import comment_finding, entrust_finding, need_from_finding

__all__ = [
    "Built",
    "catch_up",
    "comment_finding",
    "entrust_finding",
    "need_from_finding",
    "rebuild",
    "take_snapshot",
]
