"""The only writers of the room: missing links computed, links proposed, what sides say, letters to the other."""

from maillage.articulation.actions.bodies import confirm_between_bodies
from maillage.articulation.actions.posting import send_link_letters
from maillage.articulation.actions.proposing import (
    Computed,
    compute_missing_links,
    confirm_link,
    open_stated,
    propose_link,
    refuse_proposal,
)

__all__ = [
    "Computed",
    "compute_missing_links",
    "confirm_between_bodies",
    "confirm_link",
    "open_stated",
    "propose_link",
    "refuse_proposal",
    "send_link_letters",
]
