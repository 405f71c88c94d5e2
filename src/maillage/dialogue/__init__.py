"""DECIDES TOGETHER: cycles, sessions, registrations, workshops, decisions."""
