"""SOAP: where is a port really called?"""

from urllib.parse import urlsplit, urlunsplit

from cpo_probe.sdk import Context


def reachable(ctx: Context, address: str) -> str:
    """The address of a port, moved to the host of the interface when it names one that is out of scope: systems often name
    themselves by an inner name."""
    if ctx.in_scope(address):
        return address
    home, stated = urlsplit(ctx.interface.url), urlsplit(address)
    return urlunsplit((home.scheme, home.netloc, stated.path or home.path, stated.query, ""))
