"""Inputs from which the fuzzer begins, and those that broke a reader once."""

import pytest

from tests.fuzz.targets import SEEDS, TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_every_promise_holds_of_files_that_are_known_to_be_hard(name: str) -> None:
    for seed in sorted((SEEDS / name).iterdir()):
        TARGETS[name](seed.read_bytes())
