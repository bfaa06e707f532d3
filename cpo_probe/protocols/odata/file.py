"""What is wrong with this file, if it is meant to be the metadata of an OData service?"""

from urllib.parse import quote

from cpo_probe.model import Problem, Problems
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.reading import read
from cpo_probe.protocols.odata.rules import problems


def problems_of_file(data: bytes, name: str) -> Problems:
    """Problems over `RULES`; a file that cannot be read has one, of the rule "readable". Other files are not looked at."""
    document = read(data, "file:///" + quote(name))
    if isinstance(document, Problem):
        found = Problems()
        found.add(document)
        return found
    return problems(Model(document))
