"""Where is kept what was asked and answered, so that anybody can read, check and judge it again?

`RecordWriter` appends while a run goes; `Bundle` reads a folder or a .zip of it, sealed or not; `verify` tells every defect;
`pack` makes one file of it.
"""

from cpo_probe.evidence.bundle import Bundle, Selection
from cpo_probe.evidence.codec import decode, encode
from cpo_probe.evidence.index import Ids
from cpo_probe.evidence.packing import pack
from cpo_probe.evidence.payloads import Kept, Spool
from cpo_probe.evidence.rows import Group, Key
from cpo_probe.evidence.verification import verify
from cpo_probe.evidence.writer import RecordWriter

__all__ = ["Bundle", "Group", "Ids", "Kept", "Key", "RecordWriter", "Selection", "Spool", "decode", "encode", "pack", "verify"]
