"""IS RIGHT: what the ranking, the tags and the duplicates are worth on labels nobody here wrote."""
