"""What a profile declares of exports is known before the first request, or refused."""

from typing import Any

import pytest

from cpo_probe.catalogue import load as load_catalogue
from cpo_probe.errors import UsageError
from cpo_probe.registry import Registry, own_root
from cpo_probe.run import make_plan
from tests.probes.export.cases_contents import export
from tests.probes.make import target


def test_a_format_that_no_content_describes_is_refused(registry: Registry) -> None:
    catalogue = load_catalogue([own_root()])
    stated: dict[str, Any] = {"preset": "audit", "run": "r", "created": "2026-11-22T10:00:00Z"}
    known = target(exports=(export("a", format="step-p21"), export("b")))
    assert make_plan(known, registry, catalogue, **stated).target.exports[0].format == "step-p21"
    with pytest.raises(UsageError, match=r"export b is declared to be 'step-p12'.* did you mean \"step-p21\""):
        make_plan(target(exports=(export("b", format="step-p12"),)), registry, catalogue, **stated)
