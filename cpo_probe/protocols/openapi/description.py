"""What does an OpenAPI description say about an interface?"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urldefrag, urljoin

from cpo_probe.model import Operation, Problems
from cpo_probe.protocols.json_schema import Missing
from cpo_probe.protocols.openapi import operations, rules
from cpo_probe.protocols.openapi.contract import Contract
from cpo_probe.protocols.openapi.documents import Documents, Reference
from cpo_probe.protocols.openapi.operations import Found
from cpo_probe.protocols.openapi.reading import Raw
from cpo_probe.protocols.openapi.schemas import Schemas
from cpo_probe.protocols.openapi.servers import servers_2, servers_3

_VERSION = re.compile(r"3\.([0-2])(\..*)?")


def stated_version(value: Any) -> str:
    """The version a document states about itself, as text; "" when it is no OpenAPI document."""
    if not isinstance(value, dict):
        return ""
    stated = value.get("openapi", value.get("swagger", value.get("swaggerVersion")))
    return str(stated) if isinstance(stated, (str, int, float)) and not isinstance(stated, bool) else ""


def known_version(value: Any) -> str:
    """ "2.0", "3.0", "3.1" or "3.2"; "" for anything else."""
    stated = stated_version(value)
    if isinstance(value, dict) and "openapi" in value:
        match = _VERSION.fullmatch(stated)
        return f"3.{match.group(1)}" if match else ""
    return "2.0" if isinstance(value, dict) and "swagger" in value and stated in ("2.0", "2") else ""


@dataclass(frozen=True)
class OpenApi:
    """One description with the documents it refers to. Nothing in it raises, whatever the documents hold."""

    documents: Documents
    schemas: Schemas

    @classmethod
    def build(cls, root: Raw, url: str, others: Mapping[str, bytes], absent: Collection[str] = ()) -> "OpenApi":
        """`url`: where `root` was found; `others`: bodies of further documents by absolute URL; `absent`: URLs where there
        is none."""
        documents = Documents.build(root, url, known_version(root.value), others, absent)
        return cls(documents, Schemas(documents))

    @property
    def version(self) -> str:
        """ "2.0", "3.0", "3.1", "3.2", or "" when this is no OpenAPI document of a known version."""
        return self.documents.version

    @property
    def stated(self) -> str:
        """The version as the document writes it: "3.0.3"."""
        return stated_version(self.documents.root.value)

    def _info(self, name: str) -> str:
        info = self.documents.value.get("info")
        value = info.get(name) if isinstance(info, dict) else None
        return value.strip() if isinstance(value, str) else ""

    @property
    def title(self) -> str:
        return self._info("title")

    @property
    def info_version(self) -> str:
        """`info.version`, "" when it is not stated."""
        return self._info("version")

    @cached_property
    def servers(self) -> tuple[str, ...]:
        """Absolute URLs under which the paths are found, no trailing slash, in the document's order."""
        read = servers_2 if self.version == "2.0" else servers_3
        return read(self.documents.value, self.documents.url)

    @cached_property
    def base(self) -> str:
        """The first server: the service root that `Operation.template` counts from; "" when it cannot be told."""
        return self.servers[0] if self.servers else ""

    @cached_property
    def security(self) -> dict[str, dict[str, Any]]:
        """Declared security schemes by name, references followed."""
        components = self.documents.value.get("components")
        if self.version == "2.0":
            listed, pointer = self.documents.value.get("securityDefinitions"), "/securityDefinitions/"
        else:
            listed = components.get("securitySchemes") if isinstance(components, dict) else None
            pointer = "/components/securitySchemes/"
        found = {}
        for name, value in listed.items() if isinstance(listed, dict) else ():
            place = self.documents.resolve(value, self.documents.url, pointer + name)
            if place is not None and isinstance(place.value, dict):
                found[name] = place.value
        return found

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Absolute URLs of every other document that is referred to, given or not, in order."""
        urls = (self._target(reference) for reference in self.documents.references)
        return tuple(dict.fromkeys(url for url in urls if url and url != self.documents.url))

    def _target(self, reference: Reference) -> str:
        if isinstance(reference.found, Missing):
            return urldefrag(reference.found.target)[0] if reference.found.reason == "remote" else ""
        return reference.found.url

    @cached_property
    def unresolved(self) -> tuple[Reference, ...]:
        """References into documents that were not given: nothing can be said about them."""
        return tuple(
            r
            for r in self.documents.references
            if isinstance(r.found, Missing) and r.found.reason == "remote" and self._target(r) not in self.documents.absent
        )

    @cached_property
    def _found(self) -> dict[str, Found]:
        return {item.id: item for item in operations.found(self.documents)} if self.version else {}

    @property
    def found(self) -> tuple[Found, ...]:
        """Every operation below `paths` as it stands in the document."""
        return tuple(self._found.values())

    @cached_property
    def problems(self) -> Problems:
        """What the description breaks, over `RULES`."""
        return rules.problems(self)

    @cached_property
    def untested(self) -> dict[str, str]:
        """Rules about which the absence of a problem says nothing, or not everything, and why.

        "version" (no OpenAPI document of a known version), "remote" (documents are missing), "dialect" (schemas are written in
        a dialect that is not known here), "library" (there are no operations).
        """
        if not self.version:
            return {rule.id: "version" for rule in rules.RULES if rule.id != "valid"}
        found: dict[str, str] = {}
        if not self._found and not self.documents.value.get("webhooks"):
            found["unused"] = "library"
        if self.schemas.unknown_dialect:
            found |= {"valid": "dialect", "examples-valid": "dialect"}
        if self.unresolved:
            found |= {"refs": "remote", "unused": "remote"}
        return found

    def operations(self, interface: str) -> tuple[Operation, ...]:
        """Every operation below `paths`, `Operation.interface` set to `interface`."""
        return tuple(self._operation(item, interface) for item in self._found.values())

    def _operation(self, item: Found, interface: str) -> Operation:
        return operations.operation(self.documents, item, interface, self.base, self._produces(item))

    def _produces(self, item: Found) -> tuple[str, ...]:
        responses = item.value.get("responses")
        found: list[str] = []
        for status, value in responses.items() if isinstance(responses, dict) else ():
            if not isinstance(status, str) or status[:1] != "2":
                continue
            if self.version == "2.0":
                listed = item.value.get("produces", self.documents.value.get("produces"))
                found += [p for p in listed if isinstance(p, str)] if isinstance(listed, list) else []
                continue
            place = self.documents.resolve(value, item.place.url, f"{item.place.pointer}/responses/{status}")
            content = place.value.get("content") if place is not None and isinstance(place.value, dict) else None
            found += list(content) if isinstance(content, dict) else []
        return tuple(dict.fromkeys(found))

    @cached_property
    def _contracts(self) -> dict[str, Contract]:
        return {}

    def contract(self, operation_id: str) -> Contract:
        """The contract of one operation by `Operation.id`; raises `KeyError` when there is no such operation."""
        known = self._contracts.get(operation_id)
        if known is None:
            item = self._found[operation_id]
            known = self._contracts[operation_id] = Contract(self._operation(item, ""), item, self.documents, self.schemas)
        return known

    def server(self, operation_id: str) -> str:
        """The server of one operation: its own, its path's or the document's first."""
        own = operations.server(self.documents, self._found[operation_id], self.servers)
        return own[0] if own else ""

    def locate(self, reference: str) -> str:
        """An absolute URL for a reference that stands in the root document."""
        return urljoin(self.documents.url, reference)
