"""Which answers are still to be learned when a wave is over, without holding all of them until then?

What a wave of units answered is learned in the order of the units once all have ended. A wave may be thousands of answers:
those beyond `ROOM` are named by their id and read again from the record.
"""

from collections.abc import Callable, Iterable, Iterator

from cpo_probe.model import Exchange

ROOM = 4 * 2**20
"""Bytes of bodies held in memory."""
REMEMBERED = 4_000
"""Answers remembered so that they are not learned twice."""


class Lessons:
    """`teaches`: whether anything can be learned from an answer. `read`: the exchange of that id, from the record."""

    def __init__(self, teaches: Callable[[Exchange], bool], read: Callable[[str], Exchange]) -> None:
        self._teaches = teaches
        self._read = read
        self._known: set[tuple[object, ...]] = set()
        self._room = ROOM

    def new(self, exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
        """Those that teach something. The same answer to the same question teaches nothing the second time."""
        for exchange in exchanges:
            if not self._teaches(exchange):
                continue
            links = exchange.header("link"), exchange.header("location")
            answer = (exchange.interface, exchange.operation, exchange.request.url, hash(exchange.body), links)
            if answer not in self._known:
                if len(self._known) < REMEMBERED:
                    self._known.add(answer)
                yield exchange

    def hold(self, exchanges: Iterable[Exchange]) -> list[Exchange | str]:
        """What is new among them, or its ids."""
        return [self._held(exchange) for exchange in self.new(exchanges)]

    def _held(self, exchange: Exchange) -> Exchange | str:
        if len(exchange.body) > self._room:
            return exchange.id
        self._room -= len(exchange.body)
        return exchange

    def release(self, held: Iterable[list[Exchange | str]]) -> Iterator[Exchange]:
        """All of them, in that order; there is room again when all were taken."""
        for lessons in held:
            for lesson in lessons:
                yield self._read(lesson) if isinstance(lesson, str) else lesson
        self._room = ROOM
