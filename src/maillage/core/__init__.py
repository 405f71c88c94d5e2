"""THINKS. Pure Python and numpy: no Django, no input, no output."""
