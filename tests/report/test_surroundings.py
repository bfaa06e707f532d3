"""Files that are evidence are listed with what they belong to."""

from cpo_probe.model import Artifact
from cpo_probe.report.surroundings import MAX_FILES, files


def artifact(number: int, name: str, parent: str = "", exchanges: tuple[str, ...] = ("000007",)) -> Artifact:
    return Artifact(f"a{number:06d}", name, "ab" * 32, 1234, "model/step", parent, exchanges)


def test_a_member_names_its_package_and_the_exchange_that_brought_it() -> None:
    package, member = files((artifact(1, "all.zip"), artifact(2, "parts/1.stp", "a000001")))
    assert (package.name, package.package, package.exchange) == ("all.zip", "", "000007")
    assert (member.name, member.package, member.size) == ("parts/1.stp", "all.zip", 1234)


def test_a_file_on_disk_was_brought_by_no_exchange() -> None:
    (only,) = files((artifact(1, "part.stp", exchanges=()),))
    assert only.exchange == ""


def test_only_the_first_of_very_many_files_are_listed() -> None:
    assert len(files([artifact(number, "f") for number in range(1, MAX_FILES + 5)])) == MAX_FILES
