"""Does the target suffer, and how much slower should we go?"""

from collections import deque
from statistics import median

FLOOR = 1 / 16
_WINDOW = 10  # answers looked at before the pace changes
_BASE = 5  # first answers of a key that make its baseline
_SLACK = 0.05  # seconds: doubling from 1 ms to 2 ms is noise
_KEYS = 10_000


class Brake:
    """Turns latencies and troubles into a factor of the pace: 1, 1/2, ... 1/16. Knows no clock.

    Latency is compared with the target's own baseline for the same key (an operation is slow or fast by nature): twice the
    median of its first answers is too slow. `down` says that the last answers at the lowest pace were nothing but trouble.
    """

    def __init__(self) -> None:
        self.factor = 1.0
        self.down = False
        self._base: dict[str, list[float]] = {}
        self._ratios: deque[float] = deque(maxlen=_WINDOW)
        self._troubles = 0
        self._seen = 0

    def seen(self, key: str, seconds: float | None, *, trouble: bool) -> None:
        """One more answer: its time to first byte, and whether it was a 5xx, a 429 or none at all."""
        self._seen += 1
        self._troubles += trouble
        if seconds is not None and not trouble:
            self._ratios.append(self._ratio(key, seconds))
        if self._seen >= _WINDOW:
            self._decide()

    def _ratio(self, key: str, seconds: float) -> float:
        base = self._base.get(key)
        if base is None:
            if len(self._base) >= _KEYS:
                return 1.0
            base = self._base[key] = []
        if len(base) < _BASE:
            base.append(seconds)
            return 1.0
        usual = median(base)
        return seconds / usual if usual > 0 and seconds - usual > _SLACK else 1.0

    def _decide(self) -> None:
        slow = median(self._ratios) if self._ratios else 1.0
        if slow >= 2 or self._troubles >= _WINDOW * 0.3:
            self.down = self.factor <= FLOOR and self._troubles >= _WINDOW
            self.factor = max(FLOOR, self.factor / 2)
        elif slow < 1.5 and not self._troubles:
            self.factor = min(1.0, self.factor * 2)
        self._seen = self._troubles = 0
        self._ratios.clear()
