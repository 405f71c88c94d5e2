"""Build the tables of plain facts that make an answer local, from the packs of ../shared."""
