"""Reads of the space of dialogue."""
