"""Which exchanges were just read? Several checks ask for the same ones in turn, and each would decode and parse them again."""

from collections import OrderedDict

from cpo_probe.model import Exchange

_OVERHEAD = 2**10  # bytes of an exchange without its body, roughly


class Recent:
    """The last exchanges read whose bodies together hold at most `limit` bytes, so that memory stays flat."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[str, Exchange] = OrderedDict()

    def get(self, id: str) -> Exchange | None:
        found = self._kept.get(id)
        if found is not None:
            self._kept.move_to_end(id)
        return found

    def add(self, exchange: Exchange) -> Exchange:
        """Keep it and let the oldest go; one that is too big for all the room is only handed back."""
        size = _size(exchange)
        if size <= self._limit:
            self._kept[exchange.id] = exchange
            self._size += size
            while self._size > self._limit:
                self._size -= _size(self._kept.popitem(last=False)[1])
        return exchange


def _size(exchange: Exchange) -> int:
    return len(exchange.body) + len(exchange.request.body) + _OVERHEAD
