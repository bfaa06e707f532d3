"""Our own content, loaded once."""

import pytest

from cpo_probe.registry import Registry, load


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load()
