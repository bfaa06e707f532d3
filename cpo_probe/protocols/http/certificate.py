"""What does a server's certificate say, and was it good at the moment of the connection?"""

import base64
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509


@dataclass(frozen=True, slots=True)
class Certificate:
    """The leaf. `names`: DNS names and addresses it is made out for; `key_bits` 0 for kinds that are not judged."""

    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]
    self_signed: bool
    key: str  # "rsa", "ec", "other"
    key_bits: int
    hash: str  # of the signature, "" when the algorithm has none of its own


def leaf(chain: Sequence[str]) -> Certificate | None:
    """The first certificate of a chain of DER in base64; None when there is none that can be read."""
    if not chain:
        return None
    from cryptography import x509

    try:
        found = x509.load_der_x509_certificate(base64.b64decode(chain[0]))
        return _read(found)
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None


def _read(found: "x509.Certificate") -> Certificate:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    key = found.public_key()
    kind = "rsa" if isinstance(key, rsa.RSAPublicKey) else "ec" if isinstance(key, ec.EllipticCurvePublicKey) else "other"
    bits = key.key_size if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) else 0
    algorithm = found.signature_hash_algorithm
    return Certificate(
        found.not_valid_before_utc,
        found.not_valid_after_utc,
        _names(found),
        found.subject == found.issuer,
        kind,
        bits,
        algorithm.name if algorithm else "",
    )


def _names(found: "x509.Certificate") -> tuple[str, ...]:
    from cryptography import x509

    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress)))


def covers(names: Sequence[str], host: str) -> bool:
    """Whether the certificate is made out for that host (RFC 9525, 6.3): exactly, or by a wildcard for the first label."""
    host = host.lower().rstrip(".")
    try:
        address = str(ipaddress.ip_address(host))
    except ValueError:
        return any(_matches(name.lower().rstrip("."), host) for name in names)
    return address in names


def _matches(name: str, host: str) -> bool:
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:] and "." in name[2:]
    return name == host


def flaws(certificate: Certificate, host: str, at: datetime) -> tuple[tuple[str, str, str], ...]:
    """(code, expected, found) of everything wrong at that time; a key or hash too weak by RFC 9325, 4."""
    found = []
    if at > certificate.not_after:
        found.append(("expired", at.isoformat(), certificate.not_after.isoformat()))
    if at < certificate.not_before:
        found.append(("not_yet_valid", at.isoformat(), certificate.not_before.isoformat()))
    if not covers(certificate.names, host):
        found.append(("other_name", host, ", ".join(certificate.names[:10])))
    if certificate.key == "rsa" and certificate.key_bits < 2048:
        found.append(("weak_key", "RSA >= 2048", str(certificate.key_bits)))
    if certificate.key == "ec" and certificate.key_bits < 224:
        found.append(("weak_key", "EC >= 224", str(certificate.key_bits)))
    if certificate.hash in ("md5", "sha1"):
        found.append(("weak_hash", "SHA-256", certificate.hash))
    return tuple(found)
