"""What every test of the project shares, those of the connectors included."""

pytest_plugins = ["tests.skips"]
