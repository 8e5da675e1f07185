"""The settings of a running site whose engine is the tests' own; see tests/running_site.py."""

from faceswap_site.settings import *  # noqa: F403

FAKE_ENGINE = "tests.fake_engine"
