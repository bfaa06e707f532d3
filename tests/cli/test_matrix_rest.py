"""Every seeded defect of the REST interface is detected, and nothing else is alarmed."""

from tests.cli.matrix import alarms, undetected


def test_the_clean_server_is_left_in_peace(server: str) -> None:
    assert alarms(server) == ()


def test_every_defect_is_detected_and_nothing_beside_it(server: str) -> None:
    assert undetected(server, "") == []
