"""The only writers of the index, of the watch and of the saved searches."""

from maillage.search.actions.index import LATEST, catch_up, only_writer, rebuild
from maillage.search.actions.watching import watch

__all__ = ["LATEST", "catch_up", "only_writer", "rebuild", "watch"]
