"""Data for tests that others wrote: descriptions, schemas and files in the folder that CPO_PROBE_TEST_DATA names."""

import os
from pathlib import Path

import pytest


def others(*parts: str) -> Path:
    """A file or folder of that data; without the variable a skip, in CI a failure."""
    folder = os.environ.get("CPO_PROBE_TEST_DATA")
    if not folder:
        if os.environ.get("CI"):
            pytest.fail("CPO_PROBE_TEST_DATA has to name the folder of the test data in CI")
        pytest.skip("CPO_PROBE_TEST_DATA does not name the folder of the test data")
    found = Path(folder, *parts)
    assert found.exists(), f"CPO_PROBE_TEST_DATA={folder} holds no {'/'.join(parts)}"
    return found
