"""Every seeded defect of exports is detected, and nothing else is alarmed."""

from tests.cli.matrix import undetected


def test_every_defect_is_detected_and_nothing_beside_it(server: str) -> None:
    assert undetected(server, "exports") == []
