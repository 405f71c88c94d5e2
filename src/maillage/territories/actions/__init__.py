"""The only writers of the geography: load a vintage, load the zones of the facts, make a zone."""

from maillage.territories.actions.changing import Teller, change_zone
from maillage.territories.actions.geography import Loaded, load_geography
from maillage.territories.actions.zones import ZoneMade, ZonesLoaded, load_zones, make_zone

__all__ = [
    "Loaded",
    "Teller",
    "ZoneMade",
    "ZonesLoaded",
    "change_zone",
    "load_geography",
    "load_zones",
    "make_zone",
]
