"""Which formats do exports come in, and what is known of each without reading its standard?"""

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class XmlForm:
    """How an XML format is built, as far as it can be judged without its schema. Names are local names.

    `ids`: attributes whose values name things, one namespace per file. `references`: attributes ("@uidRef", a list of them where
    `*` stands behind the name: "@partRefs*") and elements ("SPEC-OBJECT-REF") whose values lead to such names, written with
    a leading "#" where `fragment`. `version`: attribute of the root that states it, or "/" and the path of an element below it.
    """

    roots: tuple[str, ...]
    namespaced: bool = True
    version: str = ""
    required: tuple[str, ...] = ()  # paths below the root, "Header/TimeStamp"
    times: tuple[str, ...] = ()  # paths below the root that hold xs:dateTime
    ids: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    fragment: bool = False
    names: bool = False  # ids are NCNames
    generic: tuple[str, ...] = ()  # elements for properties of one's own
    attributes: tuple[str, ...] = ()  # elements that carry a business attribute in a concept of the standard
    files: tuple[str, ...] = ()  # "Element/@attribute" or "Element": names of files beside this one
    dtd: bool = False  # its standard has files begin with a document type declaration


@dataclass(frozen=True, slots=True)
class Format:
    """A file format. `open`: answers to the seven tests of prostep ivip on the openness of a standard, in their order.

    `magic`: what its files begin with. `member`: the file that a package of this format holds.
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
    xml: XmlForm | None = None
    editions: tuple[Edition, ...] = ()


@dataclass(frozen=True, slots=True)
class Formats:
    """All that content describes, by id."""

    known: tuple[Format, ...] = ()

    def of(self, id: str) -> Format | None:
        return next((one for one in self.known if one.id == id), None)


NO_FORMATS = Formats()
