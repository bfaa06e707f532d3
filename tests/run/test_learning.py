"""What does a run learn from answers?"""

from typing import Any

import pytest

from cpo_probe.model import Inventory, Plan
from cpo_probe.run.schedule import Scheduler
from tests.evidence import made
from tests.probes.make import inventory, operation, parameter, plan

LIST = operation("GET /items")
ITEM = operation("GET /items/{id}", parameter("id", "path", type="string"))


def unasked(*_: Any) -> Any:
    raise AssertionError("nothing is asked or read here")


def scheduler(known: Inventory, agreed: Plan) -> Scheduler:
    return Scheduler(unasked, agreed, known, unasked, unasked, unasked, unasked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("note", "learned"),
    [
        ({}, ["A1"]),
        ({"sources": {"page": "enum"}}, ["A1"]),
        ({"sources": {"id": "altered"}}, []),
        ({"sources": {"page": "enum", "id": "invented"}}, []),
    ],
)
def test_what_answers_wrong_arguments_teaches_nothing(note: dict[str, Any], learned: list[str]) -> None:
    runner = scheduler(inventory(LIST, ITEM), plan())
    answer, _ = made.exchange("000001", body=b'[{"id": "A1"}]', interface=LIST.interface, operation=LIST.id, note=note)
    runner.learn(answer)
    assert [value.value for value in runner.harvests[LIST.interface].values(ITEM, ITEM.parameters[0])] == learned
