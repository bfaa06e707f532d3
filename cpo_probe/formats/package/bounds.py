"""How much of a package is unpacked at most, whatever it says about itself?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Beyond them a package is not unpacked further. `ratio` counts from `free` bytes on: small texts of zeros are no bombs."""

    members: int = 20_000
    directory: int = 32 * 2**20  # bytes of the list of members of a zip
    member_bytes: int = 8 * 2**30
    total_bytes: int = 16 * 2**30
    ratio: int = 1_000
    free: int = 64 * 2**20
    depth: int = 3  # packages in packages


BOUNDS = Bounds()
LIMIT = "limit"
"""What `Broken.rule` is when a package may be in order and is too big for us."""


class Broken(Exception):
    """Why no further bytes come: `rule` of `rules.RULES` or `LIMIT`, `found` in a few words."""

    def __init__(self, rule: str, found: str) -> None:
        super().__init__(found)
        self.rule = rule
        self.found = found
