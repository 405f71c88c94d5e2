"""The only writers of the space of dialogue."""
