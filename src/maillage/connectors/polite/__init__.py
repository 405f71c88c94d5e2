"""How the outside world is asked: politely, within bounds, and never an address of our own network."""
