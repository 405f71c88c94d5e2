"""LISTEN. Outside world → records. No Django; one folder per source, one line each in `registry.REGISTRY`."""
