"""What is wrong with this file, if it is meant to be an OpenAPI description?"""

from urllib.parse import quote

from cpo_probe.model import Problem, Problems
from cpo_probe.protocols.openapi.description import OpenApi
from cpo_probe.protocols.openapi.reading import read


def problems_of_file(data: bytes, name: str) -> Problems:
    """Problems over `RULES`; a file that cannot be read has one, of the rule "valid". Other files are not looked at."""
    raw = read(data, "")
    if isinstance(raw, Problem):
        found = Problems()
        found.add(raw)
        return found
    return OpenApi.build(raw, "file:///" + quote(name), {}).problems
