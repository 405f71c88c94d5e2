"""The only writers of proposals and corrections."""

from maillage.curation.actions.corrections import decide_correction, propose_correction
from maillage.curation.actions.decisions import accept, accept_all, accept_as_new, refuse
from maillage.curation.actions.proposals import propose

__all__ = [
    "accept",
    "accept_all",
    "accept_as_new",
    "decide_correction",
    "propose",
    "propose_correction",
    "refuse",
]
