"""Which formats do exports come in, and what is known of each without reading its standard?"""

from dataclasses import dataclass, field
from enum import StrEnum


class Described(StrEnum):
    """How much of what a description says of the XML holds in an edition. `IDS`: ids and references, but no details."""

    ALL = "all"
    IDS = "ids"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a format, told apart by its namespace, by the version that its files state (a pattern), or by both.

    "" is any.
    """

    name: str
    namespace: str = ""
    version: str = ""
    year: int = 0  # of publication, 0 unknown
    current: bool = False
    described: Described = Described.ALL


@dataclass(frozen=True, slots=True)
class Keys:
    """Names that elements have beside their ids, and what leads to them.

    `values`, `references`: places, each with how its key is written: "Unit/@name", or
    "Connection: {^2} {@startElement?} {@startConnector}" (docs/exports.md has the signs). `inside`, `beyond`: patterns of
    references that lead to something in the file, all if none are given, and of those that do not.
    """

    name: str
    values: tuple[str, ...]
    references: tuple[str, ...] = ()
    unique: bool = True
    inside: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class XmlForm:
    """How an XML format is built, as far as it can be judged without its schema. Names are local names.

    `ids`: attributes whose values name things, one namespace per file. `references`: attributes ("@uidRef", a list of them where
    `*` stands behind the name: "@partRefs*") and elements ("SPEC-OBJECT-REF") whose values lead to such names, written with
    a leading "#" where `fragment`. `version`: attribute of the root that states it, or "/" and the path of an element below it.
    `bare`: attributes of those whose values are ids even without "#". `aside`: elements whose attributes are neither, though
    they are called so.
    `namespaces`: patterns of those, beside that of the root and none, whose elements are of the format too.

    A place is the name of an element, of those around it as far as that matters, and of an attribute: "Unit", "Parent/Unit",
    "Parent/Unit/@name", "Unit|Quantity/@name".
    """

    roots: tuple[str, ...]
    namespaced: bool = True
    version: str = ""
    required: tuple[str, ...] = ()  # paths below the root, "Header/TimeStamp"
    times: tuple[str, ...] = ()  # paths below the root that hold xs:dateTime
    ids: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    fragment: bool = False
    bare: tuple[str, ...] = ()
    names: bool = False  # ids are NCNames
    generic: tuple[str, ...] = ()  # places with the names of properties of one's own
    attributes: tuple[str, ...] = ()  # places that carry a business attribute each, in a concept of the standard
    terms: tuple[str, ...] = ()  # names of properties that the standard itself gives, in lower case
    items: tuple[str, ...] = ()  # places with the ids of items
    files: tuple[str, ...] = ()  # "Element/@attribute" or "Element": names of files beside this one
    dtd: bool = False  # its standard has files begin with a document type declaration
    aside: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    leads: dict[str, tuple[str, ...]] = field(default_factory=dict)  # place of a reference: elements that it may lead to
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)  # kind of value: places that hold one
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)  # place: all values that there are
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)  # element: "@attribute", "Child", "One|Other" that it has
    needs_in: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)  # namespace of the root: `needs` there alone
    keys: tuple[Keys, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A file format. `open`: answers to the seven tests of prostep ivip on the openness of a standard, in their order.

    `magic`: what its files begin with. `member`: the file that a package of this format holds. `holds`: what such a
    package has to hold, patterns of names, with "|" between those of which one is enough. `first`: names, of which the first
    member of a file in JSON has one.
    """

    id: str
    title: str
    steward: str
    standard: str  # designation; "" for a format of one vendor
    open: tuple[bool, ...]
    source: str  # where the answers to the seven tests were read
    suffixes: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    magic: tuple[str, ...] = ()
    member: str = ""
    holds: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    xml: XmlForm | None = None
    editions: tuple[Edition, ...] = ()


@dataclass(frozen=True, slots=True)
class Formats:
    """All that content describes, by id."""

    known: tuple[Format, ...] = ()

    def of(self, id: str) -> Format | None:
        return next((one for one in self.known if one.id == id), None)


NO_FORMATS = Formats()
