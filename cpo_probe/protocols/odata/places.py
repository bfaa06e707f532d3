"""How is a problem in a CSDL document reported?"""

from typing import Any

from cpo_probe.model import Problem, Where
from cpo_probe.protocols.json_pointer import join


def spot(namespace: str, *steps: str | int) -> str:
    """A place in the model as text: "ODataDemo.Product/Category"; positions as *."""
    return f"{namespace}." + "/".join("*" if isinstance(step, int) else step for step in steps) if steps else namespace


def problem(
    rule: str, namespace: str, steps: tuple[str | int, ...], line: int, expected: Any, found: Any, **params: Any
) -> Problem:
    """A problem at an element of a schema. Without a line (CSDL JSON) the pointer is a JSON Pointer, else it is empty."""
    pointer = "" if line else join("", namespace, *steps)
    return Problem(rule, Where(part="description", pointer=pointer, line=line), spot(namespace, *steps), expected, found, params)
