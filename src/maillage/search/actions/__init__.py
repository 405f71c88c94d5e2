"""The only writers of the index, of the news, of the saved searches and of their mail."""

from maillage.search.actions.composing import compose
from maillage.search.actions.index import LATEST, catch_up, only_writer, rebuild, waiting
from maillage.search.actions.sending import Posted, send, send_all
from maillage.search.actions.subscribing import (
    change_frequency,
    confirm,
    forget_address,
    forget_old,
    one_search,
    pause,
    resume,
    subscribe,
    unsubscribe,
)
from maillage.search.actions.watching import watch

__all__ = [
    "LATEST",
    "Posted",
    "catch_up",
    "change_frequency",
    "compose",
    "confirm",
    "forget_address",
    "forget_old",
    "one_search",
    "only_writer",
    "pause",
    "rebuild",
    "resume",
    "send",
    "send_all",
    "subscribe",
    "unsubscribe",
    "waiting",
    "watch",
]
