"""Which real value, seen in an earlier answer, fits this parameter?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cpo_probe.model import Exchange, Operation, Parameter
from cpo_probe.protocols.arguments import Argument, Arguments
from cpo_probe.protocols.naming import compound, identity, likely, named, normal, singular, thing_of
from cpo_probe.protocols.observed import Observed, Row
from cpo_probe.protocols.templates import Template, fits

CAP = 20
"""Values kept per slot (operation, place in its answers), and candidates offered per parameter."""


@dataclass(frozen=True, slots=True)
class Value:
    """A candidate argument and where it comes from.

    `source`: id of the exchange that names it ("000042"), the id behind a "~" where only alike names suggest it, or
    "example", "enum", "default", "boolean", "minimum" for what the contract offers.
    """

    value: Any
    source: str


Chain = tuple[Value, ...]
"""Values for the path parameters of a template, in order, that belong to one another."""


class Harvest:
    """Values of one interface, grown answer by answer; the same answers in any order give the same candidates.

    `operations`, where known, keep `/items/search` from being taken for an item called "search".
    """

    def __init__(self, operations: Iterable[Operation] = ()) -> None:
        self._observed = Observed(CAP)
        self._templates = {template.shape: template for template in (Template(o.template) for o in operations)}

    def learn(self, operation: Operation, exchange: Exchange) -> None:
        """Take the values out of a successful JSON answer of `operation`; anything else is left alone."""
        if not exchange.complete or not 200 <= exchange.status < 300:
            return
        template = self._templates.setdefault(Template(operation.template).shape, Template(operation.template))
        self._observed.add(template, exchange)

    def values(self, operation: Operation, parameter: Parameter) -> tuple[Value, ...]:
        """Candidates, best first; empty when nothing real is known (never a placeholder)."""
        if parameter.place != "path":
            return tuple(islice(_distinct(self._free(operation, parameter)), CAP))
        template = Template(operation.template)
        if parameter.name not in template.names:
            return ()
        end = template.names.index(parameter.name)
        upto = template if end + 1 == len(template.names) else template.until(end)
        return tuple(islice(_distinct(chain[end] for chain in self._chains(operation, upto)), CAP))

    def arguments(self, operation: Operation, *, most: int = 3) -> tuple[Arguments, ...]:
        """Consistent sets of all required arguments, best first, at most `most`; empty when `missing` names a parameter."""
        fixed: list[Argument] = []
        for parameter in operation.parameters:
            if parameter.required and parameter.place != "path":
                found = self.values(operation, parameter)
                if not found:
                    return ()
                fixed.append(Argument(parameter, found[0].value, found[0].source))
        chains = islice(self._chains(operation, Template(operation.template)), most)
        return tuple(Arguments((*_bound(operation, chain), *fixed)) for chain in chains)

    def variants(self, operation: Operation, *, most: int = 8) -> tuple[Arguments, ...]:
        """The best required set with one optional query parameter each, where a real value for it exists."""
        sets = self.arguments(operation, most=1)
        if not sets:
            return ()
        optional = [p for p in operation.parameters if p.place == "query" and not p.required]
        found = ((parameter, self.values(operation, parameter)) for parameter in optional)
        with_values = (sets[0].replaced(parameter, values[0].value, values[0].source) for parameter, values in found if values)
        return tuple(islice(with_values, most))

    def missing(self, operation: Operation) -> str:
        """Why `arguments` is empty: the first parameter that cannot be filled, as a sentence; "" when all can."""
        template = Template(operation.template)
        for end, name in enumerate(template.names):
            if next(self._chains(operation, template.until(end)), None) is None:
                return (
                    f"path parameter {name!r}: no answer, link, example or enumeration gives a value that belongs to its parents"
                )
        for parameter in operation.parameters:
            if parameter.required and parameter.place != "path" and not self.values(operation, parameter):
                return f"{parameter.place} parameter {parameter.name!r}: no answer, example, enumeration or default gives a value"
        return ""

    def _chains(self, operation: Operation, template: Template) -> Iterator[Chain]:
        """Chains for the template, best source first, each once, of values that the parameters' schemas admit."""
        parameters = {p.name: p for p in operation.parameters if p.place == "path"}
        seen: set[tuple[str, ...]] = set()
        for chain in self._candidates(template, parameters):
            key = tuple(str(value.value) for value in chain)
            if key in seen or not all(map(fits, (_schema(parameters.get(n)) for n in template.names), (v.value for v in chain))):
                continue
            seen.add(key)
            yield chain

    def _candidates(self, template: Template, parameters: dict[str, Parameter]) -> Iterator[Chain]:
        if not template.names:
            yield ()
            return
        yield from self._proven(template)
        yield from self._linked(template)
        yield from self._listed(template)
        yield from self._nested(template)
        yield from self._referred(template)
        contracts = [[Value(v, s) for v, s in _contract(parameters.get(name))] for name in template.names]
        yield from zip(*contracts, strict=False)
        yield from self._extended(template, contracts[-1])

    def _proven(self, template: Template) -> Iterator[Chain]:
        """Arguments that worked before: in this operation, then in another one below the same path."""
        for row in self._observed.called(shape=template.shape):
            yield _of(row, row.context)
        for row in self._observed.called(below=template.until(len(template.names) - 1).shape + "/"):
            yield _of(row, row.context[: len(template.names)])

    def _linked(self, template: Template) -> Iterator[Chain]:
        """Links in the answers that fit the template, then those that fit its beginning ("/items/7" for "/items/{id}/bom").

        A link that fits another operation's template with more literal parts is that one's.
        """
        for wanted in dict.fromkeys((template, template.until(len(template.names) - 1))):
            rivals = [o for o in self._templates.values() if len(o.names) < len(wanted.names)]
            for link in self._observed.links:
                values = wanted.match(link.path)
                if values is not None and not any(rival.match(link.path) is not None for rival in rivals):
                    yield tuple(Value(value, link.exchange) for value in values)

    def _listed(self, template: Template) -> Iterator[Chain]:
        """Elements of the list that stands at the path before the last parameter; parents are those it was asked with."""
        for row in self._observed.elements(template.collection, template.segment):
            yield from _chain(row, row.context, template)

    def _nested(self, template: Template) -> Iterator[Chain]:
        """Lists inside the answer about the parent: {"id": 1, "revisions": [{"rev": "A"}]}."""
        if len(template.names) < 2:
            return
        parent = template.until(len(template.names) - 2)
        for row in self._observed.under(template.segment):
            if row.shape == parent.shape:
                yield from _chain(row, row.context, template)
            elif row.shape == parent.collection and row.parent is not None:
                above = identity(row.parent.members, parent.names[-1], parent.segment)
                if above is not None:
                    yield from _chain(row, (*row.context, above), template)

    def _referred(self, template: Template) -> Iterator[Chain]:
        """Objects elsewhere that name the thing: {"item": {"id": 1}}, {"itemId": 1}, {"projectId": 3, "itemId": 1}."""
        *above, last = template.names
        if not above:
            for row, segment in self._observed.owned(thing_of(last)):
                value = identity(row.members, last, segment)
                yield from _guess(row, () if value is None else (value,))
        if not all(map(compound, above)):
            return
        itself, key = {normal(template.segment), singular(template.segment)}, singular(template.segment) + "id"
        holding = self._observed.holding(*([last] if compound(last) else []), *([key] if template.segment else []))
        for row in sorted({*holding, *self._observed.under(*itself)}):
            parents = [named(row.members, name) for name in above]
            if any(value is None for value in parents):
                continue
            value = named(row.members, last) if compound(last) else None
            if value is None and row.name and normal(row.name) in itself:
                value = identity(row.members, last, template.segment) or likely(row.members, weak=False)
            if value is None and template.segment:
                value = named(row.members, key)
            if value is not None:
                yield from _guess(row, (*parents, value))

    def _extended(self, template: Template, contract: Sequence[Value]) -> Iterator[Chain]:
        """A closed set (enumeration) may follow any parents; a free example may not, it belongs to another parent."""
        if len(template.names) < 2:
            return
        closed = [value for value in contract if value.source == "enum"]
        if closed:
            parents = template.until(len(template.names) - 2)
            for chain in islice(self._candidates(parents, {}), CAP):
                yield from ((*chain, value) for value in closed)

    def _free(self, operation: Operation, parameter: Parameter) -> Iterator[Value]:
        """Values of a query or header parameter: from the operation's own answers, from the lists of what it names, from
        members of the same telling name anywhere, then from the contract.
        """
        if parameter.place == "query":
            for row, value in self._seen(Template(operation.template).shape, parameter.name):
                if value is not None and fits(_schema(parameter), value):
                    yield Value(value, row.exchange)
        yield from (Value(value, source) for value, source in _contract(parameter))

    def _seen(self, shape: str, name: str) -> Iterator[tuple[Row, Any]]:
        for row in self._observed.at(shape):
            yield row, named(row.members, name)
        for row, segment in self._observed.owned(thing_of(name)):
            yield row, identity(row.members, name, segment)
        if compound(name):
            for row in self._observed.holding(name):
                yield row, named(row.members, name)


def _schema(parameter: Parameter | None) -> dict[str, Any]:
    return parameter.schema if parameter else {}


def _of(row: Row, values: Iterable[Any]) -> Chain:
    return tuple(Value(value, row.exchange) for value in values)


def _guess(row: Row, values: tuple[Any, ...]) -> Iterator[Chain]:
    if values:
        yield tuple(Value(value, f"~{row.exchange}") for value in values)


def _chain(row: Row, above: tuple[Any, ...], template: Template) -> Iterator[Chain]:
    if len(above) != len(template.names) - 1:
        return
    value = identity(row.members, template.names[-1], template.segment)
    if value is not None:
        yield _of(row, (*above, value))
    elif (guess := likely(row.members)) is not None:
        yield (*_of(row, above), Value(guess, f"~{row.exchange}"))


def _bound(operation: Operation, chain: Chain) -> tuple[Argument, ...]:
    parameters = {p.name: p for p in operation.parameters if p.place == "path"}
    names = Template(operation.template).names
    unknown = {name: Parameter(name, "path", True, {}, (), "", False, "") for name in names}
    return tuple(
        Argument(parameters.get(name, unknown[name]), value.value, value.source) for name, value in zip(names, chain, strict=True)
    )


def _distinct(values: Iterable[Value]) -> Iterator[Value]:
    seen: set[str] = set()
    for value in values:
        key = repr(value.value)
        if key not in seen:
            seen.add(key)
            yield value


def _contract(parameter: Parameter | None) -> Iterator[tuple[Any, str]]:
    """What the contract itself offers: examples, closed sets, defaults, the low end of a bounded number."""
    if parameter is None:
        return
    schema = parameter.schema
    examples = [*parameter.examples, *_list(schema.get("examples"))]
    examples += [schema["example"]] if "example" in schema else []
    closed = _list(schema.get("enum")) or ([schema["const"]] if "const" in schema else [])
    yield from ((value, "example") for value in examples if value is not None)
    yield from ((value, "enum") for value in closed if value is not None)
    if schema.get("default") is not None:
        yield schema["default"], "default"
    if parameter.place == "path":
        return
    if schema.get("type") == "boolean":
        yield from ((value, "boolean") for value in (True, False))
    if schema.get("type") == "integer" and isinstance(schema.get("minimum"), int) and isinstance(schema.get("maximum"), int):
        yield schema["minimum"], "minimum"
    items = schema.get("items")
    if schema.get("type") == "array" and isinstance(items, dict):
        yield from (([value], "enum") for value in _list(items.get("enum")))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
