"""What do facets mean that CSDL XML leaves out?"""

from msgspec.structs import replace

from cpo_probe.protocols.odata.csdl import NO_FACETS, Facets

_UNSCALED = Facets(None, None, 0, None, "")
_WHOLE_SECONDS = Facets(None, 0, None, None, "")
_TEMPORAL = frozenset({"Edm.DateTimeOffset", "Edm.Duration", "Edm.TimeOfDay"})


def with_defaults(type_name: str, facets: Facets) -> Facets:
    """What CSDL XML leaves out: no Scale means 0 (7.2.4), no Precision of a temporal type means whole seconds (7.2.3).

    CSDL JSON has other defaults: anything goes.
    """
    if type_name == "Edm.Decimal" and facets.scale is None:
        return _UNSCALED if facets is NO_FACETS else replace(facets, scale=0)
    if type_name in _TEMPORAL and facets.precision is None:
        return _WHOLE_SECONDS if facets is NO_FACETS else replace(facets, precision=0)
    return facets
