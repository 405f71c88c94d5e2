"""The only writers of proposals and corrections."""

from maillage.curation.actions.corrections import decide_correction, propose_correction
from maillage.curation.actions.decisions import accept, accept_all, accept_as_new, accept_edited, refuse
from maillage.curation.actions.duplicates import find_duplicates
from maillage.curation.actions.edits import edit_programme
from maillage.curation.actions.freshness import Reminded, confirm, remind, tell_ended
from maillage.curation.actions.imports import import_deposit, import_file, import_waiting
from maillage.curation.actions.links import check_links, decide_move
from maillage.curation.actions.merges import merge_organisations, merge_programmes, undo_merge
from maillage.curation.actions.proposals import propose, propose_and_accept
from maillage.curation.actions.together import Chosen, decide_later, decide_many
from maillage.curation.actions.verdicts import keep_verdict, put_off

__all__ = [
    "Chosen",
    "Reminded",
    "accept",
    "accept_all",
    "accept_as_new",
    "accept_edited",
    "check_links",
    "confirm",
    "decide_correction",
    "decide_later",
    "decide_many",
    "decide_move",
    "edit_programme",
    "find_duplicates",
    "import_deposit",
    "import_file",
    "import_waiting",
    "keep_verdict",
    "merge_organisations",
    "merge_programmes",
    "propose",
    "propose_and_accept",
    "propose_correction",
    "put_off",
    "refuse",
    "remind",
    "tell_ended",
    "undo_merge",
]
