"""Whom do we trust, who are we, and whom did we meet?"""

import base64
import os
import ssl
import tempfile
from pathlib import Path
from typing import Any

import certifi

from cpo_probe.errors import UsageError
from cpo_probe.model import Tls, Transport
from cpo_probe.session.recorder import SecretSource


class Context(ssl.SSLContext):
    """A client's settings whose trust in the system's authorities is read when the first connection needs it: that takes
    longer than some whole runs over plain HTTP.
    """

    _complete = False

    def complete(self) -> None:
        """Trust the system's authorities; certifi's where the system has none."""
        if not self._complete and self.verify_mode is not ssl.CERT_NONE:
            self._complete = True
            before = len(self.get_ca_certs())
            self.load_default_certs()
            if len(self.get_ca_certs()) == before and not _system_folder():
                self.load_verify_locations(certifi.where())


def context(transport: Transport, secrets: SecretSource) -> Context:
    """The client's TLS settings: the system's authorities, besides them `ca`; a client certificate if there is one."""
    made = Context(ssl.PROTOCOL_TLS_CLIENT)  # demands a certificate for the host's name
    if transport.ca:
        try:
            made.load_verify_locations(transport.ca)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"transport.ca = {transport.ca!r} is no readable PEM file with certificates: {error}") from None
    if not transport.verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    if transport.client_cert:
        _load_identity(made, transport, secrets)
    return made


def _system_folder() -> bool:
    """Whether OpenSSL has a folder of authorities: it is read during the handshake and does not show in get_ca_certs."""
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath else None
    return folder is not None and folder.is_dir() and any(folder.iterdir())


def _load_identity(made: ssl.SSLContext, transport: Transport, secrets: SecretSource) -> None:
    """OpenSSL reads keys from files only: a key by reference lies in a private temporary file for the moment of reading."""
    key = secrets.resolve(transport.client_key) if transport.client_key else ""
    name = ""
    try:
        if key:
            handle, name = tempfile.mkstemp()  # mode 0600
            with os.fdopen(handle, "w") as file:
                file.write(key + "\n")
        made.load_cert_chain(transport.client_cert, name or None)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"transport.client_cert = {transport.client_cert!r} with its client_key is no PEM pair that belongs together: {error}"
        ) from None
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def describe(connection: Any) -> Tls | None:
    """Version, cipher and certificates of an `SSLObject`."""
    if connection is None:
        return None
    cipher = connection.cipher()
    return Tls(connection.version() or "", cipher[0] if cipher else "", _chain(connection))


def _chain(connection: Any) -> tuple[str, ...]:
    """Certificates as the server sent them. Public only since Python 3.13; before, the inner object has it."""
    inner = getattr(connection, "_sslobj", connection)
    unverified = getattr(connection, "get_unverified_chain", None) or getattr(inner, "get_unverified_chain", None)
    found = (unverified() if unverified else None) or []
    ders = [item if isinstance(item, bytes) else ssl.PEM_cert_to_DER_cert(item.public_bytes()) for item in found]
    if not ders and (leaf := connection.getpeercert(binary_form=True)):
        ders = [leaf]
    return tuple(base64.b64encode(der).decode() for der in ders)
