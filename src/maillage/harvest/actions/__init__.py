"""The only writers of the harvest."""

from maillage.harvest.actions.ending import believe, check, close, fail, finish
from maillage.harvest.actions.fetching import Answer, answered, kept_folder, only_reader, refuse_answer
from maillage.harvest.actions.forgetting import forget_files
from maillage.harvest.actions.reading import read, run
from maillage.harvest.actions.sources import (
    NewSource,
    Settings,
    add_source,
    give_up,
    keep_source,
    know_sources,
    note_nothing_new,
    note_trial,
    settle_source,
)

__all__ = [
    "Answer",
    "NewSource",
    "Settings",
    "add_source",
    "answered",
    "believe",
    "check",
    "close",
    "fail",
    "finish",
    "forget_files",
    "give_up",
    "keep_source",
    "kept_folder",
    "know_sources",
    "note_nothing_new",
    "note_trial",
    "only_reader",
    "read",
    "refuse_answer",
    "run",
    "settle_source",
]
