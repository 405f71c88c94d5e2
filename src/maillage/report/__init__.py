"""TELLS: the report on the inventory, for a place or a network, as known on a day."""
