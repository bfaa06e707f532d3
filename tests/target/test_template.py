import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cpo_probe.errors import UsageError
from cpo_probe.target import load_target, profile_page, profile_schema, profile_template
from cpo_probe.target.explain import AUTH_TABLES


@pytest.mark.parametrize("kind", sorted(AUTH_TABLES))
def test_the_template_loads_for_every_kind_of_log_in(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "plm.toml"
    answers = {"base_url": "https://plm.example.com/api", "name": "My PLM", "product": 'The "P"\\', "auth": kind}
    path.write_text(profile_template(answers), encoding="utf-8")
    target = load_target(str(path), roots=())
    assert (target.name, target.product, target.auth.kind if kind == "none" else kind) == ("My PLM", 'The "P"\\', kind)  # type: ignore[union-attr]
    assert "env:MY_PLM_PASSWORD" in path.read_text() or kind not in {"basic", "login"}


def test_the_template_keeps_the_url_of_a_description(tmp_path: Path) -> None:
    path = tmp_path / "plm.toml"
    path.write_text(profile_template({"base_url": "https://h/api/openapi.json"}), encoding="utf-8")
    target = load_target(str(path), roots=())
    assert (target.base_url, target.discovery.places) == ("https://h/api/", ("https://h/api/openapi.json",))


def test_an_unknown_way_to_log_in_is_refused() -> None:
    with pytest.raises(UsageError, match="expected one of none, basic"):
        profile_template({"base_url": "https://h", "auth": "kerberos"})


@pytest.mark.parametrize(
    ("profile", "valid"),
    [
        ({"base_url": "https://h", "auth": {"kind": "basic", "username": "a", "password": "env:P"}}, True),
        ({"base_url": "https://h", "auth": {"kind": "basic", "username": "a"}}, False),
        ({"base_url": "https://h", "limits": {"rate": "fast"}}, False),
        ({"bse_url": "https://h"}, False),
    ],
)
def test_the_published_schema_tells_right_from_wrong(profile: dict[str, Any], valid: bool) -> None:
    schema = profile_schema()
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(profile) is valid
    json.dumps(schema)


def test_the_reference_page_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "profile.md"
    assert page.read_text(encoding="utf-8") == profile_page(), (
        "run: python -m cpo_probe.target.reference > docs/reference/profile.md"
    )
