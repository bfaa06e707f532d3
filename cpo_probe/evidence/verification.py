"""Is the record as it was written: nothing missing, added, changed, cut off or moved?

Works offline and in flat memory. A manifest that was made anew over changed files is found by its signature, or by the head
that somebody else wrote down; never from within the bundle.
"""

import hashlib
import shutil
from collections import Counter
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.chains import Chains
from cpo_probe.evidence.codec import decode
from cpo_probe.evidence.defects import Defects
from cpo_probe.evidence.manifest import digest_of
from cpo_probe.evidence.rows import (
    ENVIRONMENT,
    INVENTORY,
    MANIFEST,
    MEASUREMENTS,
    PLAN,
    RECORD,
    SEALS,
    Chain,
    Environment,
    Manifest,
)
from cpo_probe.evidence.source import UNREADABLE, Source, open_source
from cpo_probe.model import FORMAT, Inventory, Plan

T = TypeVar("T")
_BESIDE = ("judgements/", "attestations/", "reports/", f"{MEASUREMENTS}/")
_STOP = "STOP"  # with this file an operator ends a run


def verify(path: Path) -> tuple[str, ...]:
    """Every defect as one sentence that begins with its place; () when the record is intact.

    Of a kind that occurs more than 20 times only the number is told beyond. Raises `EvidenceError` when there is no bundle.
    """
    scratch = Path(mkdtemp(prefix="cpo-probe-"))
    try:
        source = open_source(path, scratch)
        try:
            return _Verification(source, scratch).run()
        finally:
            source.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class _Verification:
    def __init__(self, source: Source, scratch: Path) -> None:
        self._source = source
        self._scratch = scratch
        self._defects = Defects()
        self._names = Counter(source.names())

    def run(self) -> tuple[str, ...]:
        self._places()
        manifest, manifest_digest = self._document(MANIFEST, Manifest)
        if manifest:
            self._files(manifest)
        elif not manifest_digest:
            text = "missing, the record is not sealed: the run was interrupted or goes on still"
            self._defects.add("unsealed", MANIFEST, text)
        plan, plan_digest = self._document(PLAN, Plan)
        inventory, inventory_digest = self._document(INVENTORY, Inventory)
        environment, _ = self._document(ENVIRONMENT, Environment)
        for name, document in ((PLAN, plan), (INVENTORY, inventory), (ENVIRONMENT, environment), (MANIFEST, manifest)):
            if document and document.format != FORMAT:
                self._defects.add("format", name, f"expected format {FORMAT}, found {document.format}")
        if plan_digest:
            chains = Chains(self._source, plan_digest, self._defects, self._scratch).run(inventory, inventory_digest)
            if manifest and plan:
                self._seal(manifest, plan, plan_digest, chains)
        else:
            self._defects.add("missing", PLAN, "missing, nothing can be checked without it")
        return self._defects.sentences()

    def _places(self) -> None:
        """Files where a bundle has none."""
        for name, count in sorted(self._names.items()):
            if count > 1:
                self._defects.beside("extra", name, f"the zip holds it {count} times")
            if name != _STOP and not name.startswith((RECORD + "/", *_BESIDE)):
                self._defects.beside("extra", name, "extra, a bundle holds no such file")

    def _document(self, name: str, type: type[T]) -> tuple[T | None, str]:
        """The document, None when it is missing or no such thing; and the digest of its bytes, "" when it is missing."""
        try:
            with self._source.stream(f"{RECORD}/{name}") as file:
                data = file.read()
        except FileNotFoundError:
            return None, ""
        except UNREADABLE as error:
            self._defects.add("unreadable", name, f"cannot be read: {error}")
            return None, "unreadable"
        try:
            return decode(data, type), hashlib.sha256(data).hexdigest()
        except EvidenceError as error:
            self._defects.add("unreadable", name, str(error))
            return None, hashlib.sha256(data).hexdigest()

    def _files(self, manifest: Manifest) -> None:
        listed = {file.path: file for file in manifest.files}
        here = {name.removeprefix(RECORD + "/") for name in self._names if name.startswith(RECORD + "/")}
        for name in sorted(here - listed.keys() - set(SEALS)):
            self._defects.add("extra", name, "extra, the manifest does not list it")
        for name, file in sorted(listed.items()):
            if name not in here:
                self._defects.add("missing", name, "missing, the manifest lists it")
                continue
            size = self._source.size(f"{RECORD}/{name}")
            if size < file.size:
                self._defects.add("truncated", name, f"truncated, it had {file.size} bytes when sealed and has {size}")
            elif size > file.size:
                self._defects.add("changed", name, f"changed, it had {file.size} bytes when sealed and has {size}")
            else:
                self._digest(name, file.sha256)

    def _digest(self, name: str, expected: str) -> None:
        try:
            with self._source.stream(f"{RECORD}/{name}") as stream:
                found = digest_of(stream)
        except UNREADABLE as error:
            self._defects.add("unreadable", name, f"cannot be read: {error}")
            return
        if found != expected:
            text = f"changed, its sha256 was {expected[:16]}… when sealed and is {found[:16]}…"
            self._defects.add("changed", name, text)

    def _seal(self, manifest: Manifest, plan: Plan, plan_digest: str, chains: dict[str, Chain]) -> None:
        """The manifest speaks of this plan and of these journals."""
        if (manifest.run, manifest.plan) != (plan.run, plan_digest):
            self._defects.add("seal", MANIFEST, f"it seals run {manifest.run} with another plan than the one in {PLAN}")
        for name, chain in sorted(chains.items()):
            sealed = manifest.chains.get(name)
            if sealed != chain:
                was = f"{sealed.rows} rows ending in {sealed.head[:16]}…" if sealed else "nothing"
                text = f"it seals {was}, found {chain.rows} rows ending in {chain.head[:16]}…"
                self._defects.add("seal", f"{MANIFEST}, {name}", text)
