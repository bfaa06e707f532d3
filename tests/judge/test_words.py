"""What the engine says by itself has a sentence in both languages."""

import pytest

from cpo_probe.catalogue import texts
from cpo_probe.model import Blocker, FailureKind
from cpo_probe.registry import own_root

CODES = [*(f"network_{kind}" for kind in FailureKind), *Blocker, "probe_crashed", "check_crashed", "check_silent", "no_occasion"]


@pytest.mark.parametrize("code", CODES)
def test_every_reason_of_the_engine_is_worded_in_both_languages(code: str) -> None:
    english, german = (texts([own_root()], language) for language in ("en", "de"))
    assert code in english.reasons
    assert english.reason(code) != german.reason(code)
