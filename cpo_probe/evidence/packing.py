"""How does a bundle become one file?"""

import shutil
import zipfile
from pathlib import Path

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.files import PART
from cpo_probe.evidence.manifest import not_a_bundle
from cpo_probe.evidence.rows import PAYLOADS, PLAN, RECORD, TRAFFIC

_STORED = (f"{RECORD}/{TRAFFIC}/", f"{RECORD}/{PAYLOADS}/")


def pack(folder: Path, zip_path: Path) -> None:
    """Write the bundle as a zip; equal bundles make equal bytes. Segments and payloads are stored, so they stay seekable.

    Raises `EvidenceError` when there is no bundle or no space; a zip that was there before then stays as it was.
    """
    if not (folder / RECORD / PLAN).is_file():
        raise not_a_bundle(folder)
    part = zip_path.with_name(zip_path.name + PART)
    try:
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        with zipfile.ZipFile(part, "w") as archive:
            for name in names:
                if not name.endswith(PART) and (folder / name) != zip_path:
                    _add(archive, folder, name)
        part.replace(zip_path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise EvidenceError(
            f"cannot pack {folder} into {zip_path}: {error.strerror or error}. The folder is untouched: free some space, or name"
            " another place"
        ) from error


def _add(archive: zipfile.ZipFile, folder: Path, name: str) -> None:
    info = zipfile.ZipInfo(name)  # of 1980-01-01: the time of packing is no part of the evidence
    info.compress_type = zipfile.ZIP_STORED if name.startswith(_STORED) else zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info.file_size = (folder / name).stat().st_size
    with (folder / name).open("rb") as plain, archive.open(info, "w") as packed:
        shutil.copyfileobj(plain, packed, 2**20)
