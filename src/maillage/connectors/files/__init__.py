"""The formats files come in: what they are, and how to cut them into raw items without loading them whole."""
