"""Which cookies does a browser's cookie file hold?"""

from collections.abc import Iterator
from http.cookiejar import Cookie

from cpo_probe.errors import UsageError


def cookies_of(text: str) -> Iterator[Cookie]:
    """The Netscape format that browsers' extensions and curl write: seven columns, tabs between them.

    Expiry is not looked at: a session that has run out answers 401 and says so itself.
    """
    for number, line in enumerate(text.splitlines(), 1):
        line = line.removeprefix("#HttpOnly_")
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != 7:
            raise UsageError(
                f"the cookie file of auth.cookies, line {number}: expected 7 columns with tabs between them (Netscape format), "
                f"found {len(parts)}: export the cookies again"
            )
        domain, below, path, secure, _, name, value = parts
        yield _cookie(name, value, domain, path, below == "TRUE", secure == "TRUE")


def _cookie(name: str, value: str, domain: str, path: str, below: bool, secure: bool) -> Cookie:
    if "." not in domain.strip("."):
        domain += ".local"  # what the standard library's jar calls a host without a dot
    return Cookie(
        version=0,
        name=name,
        value=value,
        port=None,
        port_specified=False,
        domain=domain,
        domain_specified=below,
        domain_initial_dot=domain.startswith("."),
        path=path,
        path_specified=True,
        secure=secure,
        expires=None,
        discard=True,
        comment=None,
        comment_url=None,
        rest={},
    )
