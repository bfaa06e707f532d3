"""What was just at hand? It is asked for again soon, and making it anew would cost more than keeping it."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The last things used, of at most `limit` bytes together, so that memory stays flat. Threads may share it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._turn = Lock()

    def get(self, key: K) -> V | None:
        with self._turn:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def add(self, key: K, value: V, size: int) -> V:
        """Keep it and let the oldest go; one that is too big for all the room is only handed back."""
        if size <= self._limit:
            with self._turn:
                self._size += size - self._kept.pop(key, (value, 0))[1]
                self._kept[key] = value, size
                while self._size > self._limit:
                    self._size -= self._kept.popitem(last=False)[1][1]
        return value
