"""The settings of the house, with the jobs of the tests."""

from maillage.config.settings import *  # noqa: F403  # every setting, but one

JOBS = "tests.factories.jobs.DUTIES"
