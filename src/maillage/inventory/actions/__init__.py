"""The only writers of the inventory."""

from maillage.inventory.actions.grants import GrantOutcome, put_grants, retire_grants
from maillage.inventory.actions.links import put_links, refuse_link
from maillage.inventory.actions.merging import absorb_programme, release_programme
from maillage.inventory.actions.needs import review_need, signal_need
from maillage.inventory.actions.programmes import Outcome, move_programme, put_programmes, verify_programme
from maillage.inventory.actions.vocabulary import load_vocabulary

__all__ = [
    "GrantOutcome",
    "Outcome",
    "absorb_programme",
    "load_vocabulary",
    "move_programme",
    "put_grants",
    "put_links",
    "put_programmes",
    "refuse_link",
    "release_programme",
    "retire_grants",
    "review_need",
    "signal_need",
    "verify_programme",
]
