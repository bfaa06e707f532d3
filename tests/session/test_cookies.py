"""Which cookies go with which request, asked again and again."""

from cpo_probe.session.cookies import Cookies

BASE = "http://plm.example"


def test_a_cookie_goes_below_its_path_only_however_often_it_is_asked_for() -> None:
    cookies = Cookies()
    cookies.take(f"{BASE}/login", (("Set-Cookie", "SID=1; Path=/api"),))
    for _ in range(2):
        assert cookies.header(f"{BASE}/api/items?page=1") == "SID=1"
        assert cookies.header(f"{BASE}/other") == ""
        assert cookies.header("http://elsewhere.example/api/items") == ""


def test_a_cookie_that_is_set_anew_goes_with_the_next_request() -> None:
    cookies = Cookies()
    for value in ("1", "2"):
        cookies.take(f"{BASE}/login", (("Set-Cookie", f"SID={value}; Path=/"),))
        assert cookies.header(f"{BASE}/items") == f"SID={value}"
    cookies.clear()
    assert cookies.header(f"{BASE}/items") == ""


def test_a_cookie_that_has_expired_does_not_go_any_more() -> None:
    cookies = Cookies()
    cookies.take(f"{BASE}/login", (("Set-Cookie", "SID=1; Path=/; Max-Age=1000"), ("Set-Cookie", "LANG=de; Path=/")))
    assert cookies.header(f"{BASE}/items") == "SID=1; LANG=de"
    cookies.take(f"{BASE}/logout", (("Set-Cookie", "SID=gone; Path=/; Max-Age=0"),))
    assert cookies.header(f"{BASE}/items") == "LANG=de"
