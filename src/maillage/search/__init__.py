"""IS FOUND. The index, its facets, ranked lists with reasons."""
