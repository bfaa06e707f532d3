"""How does a list hand out its pages? Works on one answer and the parameters of the contract; knows no product."""

from cpo_probe.protocols.paging.address import following, origin, parameter, place, with_parameters
from cpo_probe.protocols.paging.controls import Controls, controls
from cpo_probe.protocols.paging.items import fingerprint, identity
from cpo_probe.protocols.paging.page import Page, read

__all__ = [
    "Controls", "Page", "controls", "fingerprint", "following", "identity", "origin", "parameter", "place", "read",
    "with_parameters",
]  # fmt: skip
