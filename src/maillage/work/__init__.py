"""WHAT IS DONE ALONE. Jobs that survive restarts: one table, a lease, retries, a schedule."""
