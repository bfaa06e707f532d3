"""STEP files by programs of others: what their schema allows is not blamed, and what they do break is found."""

from pathlib import Path
from typing import Any

import pytest

from cpo_probe.model import Problems, Result
from cpo_probe.registry import Registry, load
from tests.probes.make import _arguments, file

pytestmark = pytest.mark.peer

SINGLE = ("box", "cut", "fillet", "nurbs", "cone", "face")
OFFSET = ("enumeration", "COORDINATED_UNIVERSAL_TIME_OFFSET.sense")
"""Edition 1 of AP203 has clocks ahead and behind; OpenCASCADE writes .EXACT. where the zone is UTC."""
BARE = ("select-named", "MEASURE_WITH_UNIT.value_component")
"""The limits of a dimension, which OpenCASCADE writes without the type of their value."""


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load()


def broken(registry: Registry, path: Path, check: str) -> set[tuple[str, str]]:
    """(rule, location) of what the family of checks finds in the file."""
    given: dict[str, Any] = file(path.name, path.read_bytes())
    function = registry.checks[check].run
    answer: Problems | Result = function(**_arguments(registry, function, given))
    assert isinstance(answer, Problems), answer
    return {(problem.rule, problem.location) for problem in answer}


def by_schema(registry: Registry, path: Path) -> set[tuple[str, str]]:
    return broken(registry, path, "step.schema.value-type")


def by_practice(registry: Registry, path: Path) -> set[str]:
    return {rule for rule, _ in broken(registry, path, "step.practice.product")}


@pytest.mark.parametrize("schema", ["ap214", "ap242"])
@pytest.mark.parametrize("kind", [*SINGLE, "assembly"])
def test_what_opencascade_writes_keeps_its_schema(registry: Registry, written: Path, schema: str, kind: str) -> None:
    assert by_schema(registry, written / f"{schema}-{kind}.stp") == set()


@pytest.mark.parametrize("kind", SINGLE)
def test_the_clock_is_all_that_is_wrong_in_its_ap203(registry: Registry, written: Path, kind: str) -> None:
    assert by_schema(registry, written / f"ap203-{kind}.stp") == {OFFSET}


def test_colours_in_ap203_are_of_a_module_that_the_file_names(registry: Registry, written: Path) -> None:
    assert by_schema(registry, written / "ap203-assembly.stp") == set()


def test_limits_without_the_type_of_their_value_are_found(registry: Registry, written: Path) -> None:
    assert by_schema(registry, written / "ap242-tolerances.stp") == {BARE}


def test_what_gmsh_writes_keeps_its_schema(registry: Registry, written: Path) -> None:
    assert by_schema(registry, written / "gmsh.step") == set()


@pytest.mark.parametrize("schema", ["ap203", "ap214", "ap242"])
def test_structure_units_and_validation_properties_are_as_recommended(registry: Registry, written: Path, schema: str) -> None:
    assert by_practice(registry, written / f"{schema}-assembly.stp") == set()
    assert by_practice(registry, written / f"{schema}-box.stp") == {"validation-present"}
    assert by_practice(registry, written / f"{schema}-face.stp") == set()
