"""The only writers of the inventory."""

from maillage.inventory.actions.coding import Coded, code_needs, decide_suggestions, drop_need
from maillage.inventory.actions.forgetting import forget_documents
from maillage.inventory.actions.goals import archive_local_target, judge_goal, put_local_target, suggest_goals
from maillage.inventory.actions.grants import GrantOutcome, put_grants, retire_grants
from maillage.inventory.actions.links import link_uid, put_links, refuse_link
from maillage.inventory.actions.merging import absorb_programme, release_programme
from maillage.inventory.actions.merging_actors import absorb_organisation, release_organisation
from maillage.inventory.actions.needs import review_need, signal_need
from maillage.inventory.actions.programmes import (
    Outcome,
    change_programme,
    move_programme,
    put_programmes,
    verify_programme,
)
from maillage.inventory.actions.studies import (
    attach_document,
    move_study,
    put_study,
    read_document,
    read_document_soon,
    read_documents,
)
from maillage.inventory.actions.study_import import StudiesImported, import_studies
from maillage.inventory.actions.unmet import purge_unmet, signal_unmet, take_back_unmet
from maillage.inventory.actions.vocabulary import load_vocabulary
from maillage.inventory.actions.zones import tell_zone_changed

__all__ = [
    "Coded",
    "GrantOutcome",
    "Outcome",
    "StudiesImported",
    "absorb_organisation",
    "absorb_programme",
    "archive_local_target",
    "attach_document",
    "change_programme",
    "code_needs",
    "decide_suggestions",
    "drop_need",
    "forget_documents",
    "import_studies",
    "judge_goal",
    "link_uid",
    "load_vocabulary",
    "move_programme",
    "move_study",
    "purge_unmet",
    "put_grants",
    "put_links",
    "put_local_target",
    "put_programmes",
    "put_study",
    "read_document",
    "read_document_soon",
    "read_documents",
    "refuse_link",
    "release_organisation",
    "release_programme",
    "retire_grants",
    "review_need",
    "signal_need",
    "signal_unmet",
    "suggest_goals",
    "take_back_unmet",
    "tell_zone_changed",
    "verify_programme",
]
