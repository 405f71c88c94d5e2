"""Maillage: one need, one place, one articulated response."""
