"""OData V4 and V2: models, their rules, whether answers keep them, and what a query has to answer."""

from cpo_probe.protocols.odata.csdl import Document
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.reading import read

__all__ = ["Document", "Model", "read"]
