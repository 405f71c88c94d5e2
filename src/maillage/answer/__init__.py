"""ANSWERS. One need and one place → the articulated response, composed from the rooms below."""
