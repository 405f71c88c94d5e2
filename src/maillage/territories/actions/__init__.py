"""The only writers of the geography: load a vintage, load the zones of the facts, make a zone."""

from maillage.territories.actions.geography import Loaded, load_geography
from maillage.territories.actions.zones import ZoneMade, ZonesLoaded, load_zones, make_zone

__all__ = ["Loaded", "ZoneMade", "ZonesLoaded", "load_geography", "load_zones", "make_zone"]
