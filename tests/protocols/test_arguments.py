from typing import Any

import pytest

from cpo_probe.model import Effect, Operation, Parameter
from cpo_probe.protocols.arguments import Argument, Arguments


def argument(name: str, place: str, value: Any, style: str = "", explode: bool = True) -> Argument:
    return Argument(Parameter(name, place, True, {}, (), style, explode, ""), value, "example")


def operation(template: str) -> Operation:
    return Operation("x", "openapi:/", "", "GET", template, (), Effect.READ, (), "", False, None)


# The table of RFC 6570 expansions in OpenAPI 3.1, 4.8.12.3 (style examples), colour = [blue, black] or {R: 100, G: 200}.
@pytest.mark.parametrize(
    ("value", "style", "explode", "pairs"),
    [
        ("blue", "form", True, [("color", "blue")]),
        (["blue", "black"], "form", True, [("color", "blue"), ("color", "black")]),
        (["blue", "black"], "form", False, [("color", "blue,black")]),
        (["blue", "black"], "spaceDelimited", False, [("color", "blue black")]),
        (["blue", "black"], "pipeDelimited", False, [("color", "blue|black")]),
        ({"R": 100, "G": 200}, "form", True, [("R", "100"), ("G", "200")]),
        ({"R": 100, "G": 200}, "form", False, [("color", "R,100,G,200")]),
        ({"R": 100, "G": 200}, "deepObject", True, [("color[R]", "100"), ("color[G]", "200")]),
        (True, "", True, [("color", "true")]),
    ],
)
def test_query_parameters_follow_their_style(value: Any, style: str, explode: bool, pairs: list[tuple[str, str]]) -> None:
    assert list(Arguments((argument("color", "query", value, style, explode),)).params) == pairs


@pytest.mark.parametrize(
    ("value", "style", "path"),
    [
        ("a b/ü", "", "x/a%20b%2F%C3%BC/y"),
        (["a", "b"], "simple", "x/a,b/y"),
        (["a", "b"], "label", "x/.a.b/y"),
        (5, "matrix", "x/;id=5/y"),
    ],
)
def test_path_parameters_follow_their_style(value: Any, style: str, path: str) -> None:
    assert Arguments((argument("id", "path", value, style),)).path(operation("/x/{id}/y")) == path


def test_a_value_is_replaced_or_added() -> None:
    arguments = Arguments((argument("id", "path", 1), argument("X-Mode", "header", ["a", "b"])))
    changed = arguments.replaced(arguments.values[0].parameter, 2, "invented")
    assert (arguments.value("id"), changed.value("id")) == (1, 2)
    assert changed.headers == (("X-Mode", "a,b"),)
    with pytest.raises(KeyError):
        arguments.value("nothing")
