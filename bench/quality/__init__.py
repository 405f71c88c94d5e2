"""`python -m bench.quality`: what the ranking is worth on labelled packs, beside its parts removed and its peers."""
