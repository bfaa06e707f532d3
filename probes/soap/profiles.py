"""SOAP: of which Basic Profiles can the service be, and which does it claim? For the conformance ladders."""

from collections.abc import Iterator

from cpo_probe.sdk import measure, wsdl

from .description import DESCRIPTION, Wsdl

LEVELS = {"1.1": {"1.1": 1, "1.2": 2}, "1.2": {"2.0": 1}}
"""For each version of SOAP the profiles that speak of it, as levels of a ladder."""


@measure("soap.profiles", of=DESCRIPTION, per="interface", needs="wsdl")
def profiles(api: Wsdl) -> Iterator[tuple[str, float, str]]:
    """`speaks-1.1`, `speaks-1.2`: 1 or 0, whether a port is of that version. `claims-1.1`: 1 or 2, `claims-1.2`: 1, 0 none.

    Claimed is a profile by wsi:Claim in a wsdl:documentation, or by a policy assertion. Nothing without a WSDL 1.1.
    """
    if api.description is None or not api.readable:
        return
    spoken = {f"1.{protocol[-1]}" for protocol in _protocols(api.description)}
    claimed = wsdl.claims(api.description)
    for version, levels in LEVELS.items():
        yield f"speaks-{version}", float(version in spoken), "1"
        yield f"claims-{version}", float(max((levels.get(one, 0) for one in claimed), default=0)), "1"


def _protocols(description: wsdl.Description) -> Iterator[str]:
    for service in description.services.values():
        for port in service.ports:
            binding = description.bindings.get(port.binding) if port.binding else None
            if binding is not None and binding.soap:
                yield binding.protocol
