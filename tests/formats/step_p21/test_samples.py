"""Files that others wrote to test their readers (cadmpeg, stepcode): is nothing found that is not there?"""

from pathlib import Path

from cpo_probe.formats.step_p21 import examine
from tests.formats.step_p21 import oracle
from tests.formats.step_p21.files import trees
from tests.others import others

BRIEF = {"header-values", "schema-oid"}
"""Rules that most of them break for brevity: no originating system, AP242 without its object identifier."""
MORE = {
    "cadmpeg-data-ce02_subsidiary_unparsed.p21": {"envelope"},  # no STEP file, on purpose
    "cadmpeg-fixtures-ap242_ed3_sections.p21": {"syntax"},  # a resource as a parameter, which the grammar does not have
    "cadmpeg-fixtures-noncanonical_solid_angle.p21": {"time-stamp"},
    "cadmpeg-step_geometry_degenerate-ap242_minimal.p21": {"literals"},  # an exponent of Fortran
    "cadmpeg-step_geometry_degenerate-strings.p21": {"string-pages"},
    "stepcode-missing_and_required.p21": {"time-stamp"},
    "stepcode-select_segfault_2.stp": {"syntax", "time-stamp"},  # keywords in small letters
    "stepcode-select_segfault_210e3.stp": {"time-stamp"},
    "stepcode-test_array_bounds.p21": {"time-stamp"},
    "stepcode-test_array_bounds_FAIL1.p21": {"time-stamp"},
    "stepcode-test_inherit_inverse.p21": {"time-stamp"},
    "stepcode-test_inverse_attr.p21": {"time-stamp"},
}
"""What else is wrong, each looked up in the file."""


def folder() -> Path:
    return others("samples", "p21")


def samples() -> list[Path]:
    return [path for path in sorted(folder().iterdir()) if path.suffix in (".p21", ".step", ".stp")]


def test_every_sample_is_read_as_by_a_slow_reader() -> None:
    for path in samples():
        data = path.read_bytes()
        if b"DATA;" in data:
            assert trees(examine(path).population) == [one for one in oracle.instances(data) if one], path.name


def test_nothing_is_found_in_the_samples_that_is_not_there() -> None:
    for path in samples():
        assert set(examine(path).problems.counts) - BRIEF == MORE.get(path.name, set()), path.name
