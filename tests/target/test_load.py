from pathlib import Path

import pytest

from cpo_probe.errors import UsageError
from cpo_probe.model import BasicAuth, BearerAuth, LoginAuth, NoAuth, OAuth2Auth
from cpo_probe.registry import own_root
from cpo_probe.target import load, load_target, parse_override, profile_names

ROOTS = (own_root(),)


def write(folder: Path, name: str, text: str) -> str:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def mistake(*arguments: object, **options: object) -> str:
    with pytest.raises(UsageError) as caught:
        load_target(*arguments, roots=ROOTS, **options)  # type: ignore[arg-type]
    return str(caught.value)


def test_a_url_alone_is_a_target() -> None:
    target = load_target("https://PLM.example.com:8443/api/v1", roots=ROOTS)
    assert target.base_url == "https://PLM.example.com:8443/api/v1/"
    assert target.name == "plm.example.com:8443"
    assert target.scope.hosts == ("plm.example.com:8443",)
    assert target.auth == NoAuth()
    assert target.limits.requests == 2000


def test_a_loopback_url_is_allowed() -> None:
    assert load_target("http://127.0.0.1:8000", roots=ROOTS).scope.hosts == ("127.0.0.1:8000",)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://h/api/openapi.json", "http://h/api/"),
        ("http://h/swagger-ui/index.html#/items", "http://h/swagger-ui/"),
        ("http://h/services/Part?wsdl", "http://h/services/"),
        ("http://h/odata/$metadata", "http://h/odata/"),
    ],
)
def test_the_url_of_a_document_is_asked_first_and_its_folder_is_the_base(url: str, base: str) -> None:
    target = load_target(url, roots=ROOTS)
    assert target.base_url == base
    assert target.discovery.places == (url.partition("#")[0],)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("plm.example.com/api", "https://plm.example.com/api"),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("localhost", "http://localhost"),
    ],
)
def test_a_url_without_scheme_is_explained(text: str, hint: str) -> None:
    assert mistake(text).endswith(f"did you mean {hint} ?")


@pytest.mark.parametrize("text", ["ftp://h/", "https://", "http://h:99999/", "http://[::1/", "://h"])
def test_a_broken_url_is_explained(text: str) -> None:
    assert "expected a URL as https://host/path" in mistake(text)


def test_credentials_in_a_url_are_refused_and_not_repeated() -> None:
    text = mistake("https://alice:s3cret@plm.example.com/")
    assert "s3cret" not in text
    assert "ask https://plm.example.com/" in text
    assert "s3cret" not in mistake("ftp://alice:s3cret@plm.example.com/")


def test_an_unknown_name_gets_the_nearest_profile() -> None:
    assert 'did you mean "generic-rest"?' in mistake("generic-rset")


def test_a_missing_file_is_named() -> None:
    assert "there is no profile file nowhere.toml" in mistake("nowhere.toml")


def test_a_profile_of_the_working_folder_is_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "mine", 'base_url = "https://plm.example.com"')
    monkeypatch.chdir(tmp_path)
    assert load_target("mine", roots=ROOTS).base_url == "https://plm.example.com/"


def test_a_child_profile_inherits_and_overrides_key_by_key(tmp_path: Path) -> None:
    write(tmp_path, "parent", 'product = "P"\nvolatile = ["/a"]\n[limits]\nrate = 2.0\nrequests = 7\n')
    path = write(tmp_path, "child", 'extends = "parent"\nbase_url = "https://h"\nvolatile = ["/b"]\n[limits]\nrequests = 9\n')
    target = load_target(path, roots=ROOTS)
    assert (target.product, target.volatile) == ("P", ("/b",))
    assert (target.limits.rate, target.limits.requests) == (2.0, 9)


def test_another_kind_of_log_in_replaces_the_inherited_one(tmp_path: Path) -> None:
    text = 'extends = "generic-bearer"\nbase_url = "https://h"\n[auth]\nkind = "basic"\nusername = "alice"\npassword = "env:P"\n'
    assert load_target(write(tmp_path, "child", text), roots=ROOTS).auth == BasicAuth("alice", "env:P")


def test_a_profile_of_our_own_is_combined_with_a_url() -> None:
    target = load_target("https://h/api", roots=ROOTS, overrides={"extends": "generic-bearer"})
    assert target.auth == BearerAuth("env:CPO_PROBE_TOKEN", "Bearer")


def test_a_circle_of_profiles_is_shown(tmp_path: Path) -> None:
    write(tmp_path, "a", 'extends = "b"\n')
    write(tmp_path, "b", '\nextends = "c"\n')
    write(tmp_path, "c", 'extends = "a"\n')
    text = mistake(str(tmp_path / "a.toml"))
    assert "a -> b -> c -> a" in text
    assert "c.toml, line 1" in text


def test_an_unknown_parent_is_named_with_the_nearest(tmp_path: Path) -> None:
    assert "line 2: there is no profile 'generic-beare' to extend: did you mean \"generic-bearer\"?" in mistake(
        write(tmp_path, "a", '\nextends = "generic-beare"')
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('base_url = "https://h"\nprodukt = "x"', 'line 2: unknown key "produkt": did you mean "product"?'),
        (
            'base_url = "https://h"\n[auth]\nkind = "basic"\nusername = "a"\npasword = "env:P"',
            'line 5: unknown key "pasword" in [auth]: did you mean "password"?',
        ),
        ('base_url = "https://h"\n[limits]\nzzz = 1', 'line 3: unknown key "zzz" in [limits]: expected one of brake,'),
        ('base_url = "https://h"\n[limits]\nrate = "10"', "line 3: limits.rate is a text: expected a number"),
        ('base_url = "https://h"\n[limits]\nrequests = 1.5', "line 3: limits.requests is a number: expected a whole number"),
        (
            'base_url = "https://h"\n[limits]\nconcurrency = 0',
            "line 3: limits.concurrency: input should be greater than or equal to 1",
        ),
        ('base_url = "https://h"\nvolatile = "/a"', "line 2: volatile is a text: expected a list in [ ]"),
        ('base_url = "https://h"\n[auth]\nkind = "basik"', "line 3: auth.kind is 'basik': did you mean \"basic\"?"),
        ('base_url = "https://h"\n[auth]\nusername = "a"', "line 2: [auth] does not say its kind"),
        (
            'base_url = "https://h"\n[auth]\nkind = "basic"\nusername = "a"',
            'line 2: the key "password" is missing in [auth]: add it',
        ),
        (
            'base_url = "https://h"\n[[interfaces]]\nkind = "odata"\n[[interfaces]]\nkind = "wsdl"\nurll = "x"',
            'line 6: unknown key "urll" in [interfaces[1]]: did you mean "url"?',
        ),
        (
            'base_url = "https://h"\ndiscovery = { guess = "maybe" }',
            "line 2: discovery.guess is 'maybe': expected 'auto', 'always' or 'never'",
        ),
        ('base_url = "https://h"\nlogout = 3', "line 2: logout is a whole number: expected a table"),
        ("base_url = 'https://h'\nname = [", "is not valid TOML"),
        ('base_url = "plm.example.com"', "line 1: expected a URL as https://host/path, found 'plm.example.com'"),
        ('product = "x"', "does not say where the system is"),
        ('base_url = "https://h/${app}/"', 'line 1: base_url uses ${app}, which is not in [params]: add app = "..." there'),
    ],
)
def test_a_mistake_is_named_with_its_line_and_repair(tmp_path: Path, text: str, sentence: str) -> None:
    found = mistake(write(tmp_path, "p", text))
    assert sentence in found
    assert "p.toml" in found


def test_a_mistake_in_a_parent_is_found_in_its_own_file(tmp_path: Path) -> None:
    write(tmp_path, "parent", "\n\n[limits]\nrats = 2.0\n")
    assert "parent.toml, line 4" in mistake(write(tmp_path, "child", 'extends = "parent"\nbase_url = "https://h"\n'))


@pytest.mark.parametrize(
    ("auth", "line"),
    [
        ('kind = "basic"\nusername = "a"\npassword = "Hunter2!x"', 5),
        ('kind = "bearer"\ntoken = "Hunter2!x"', 4),
        ('kind = "oauth2"\nclient_id = "me"\nclient_secret = "Hunter2!x"', 5),
        ('kind = "login"\nurl = "/login"\nfields = { user = "a", Password = "Hunter2!x" }', 5),
        ('kind = "login"\nurl = "/login"\n[auth.fields]\nuser = "a"\nj_password = "Hunter2!x"', 5),
        ('kind = "browser"\n[auth.headers]\nCookie = "Hunter2!x"', 5),
    ],
)
def test_a_literal_secret_is_refused_and_never_shown(tmp_path: Path, auth: str, line: int) -> None:
    found = mistake(write(tmp_path, "p", f'base_url = "https://h"\n[auth]\n{auth}'))
    assert "a secret is never written into a profile" in found
    assert "Hunter2!x" not in found
    assert f"line {line}" in found


def test_a_secret_among_the_headers_is_refused(tmp_path: Path) -> None:
    found = mistake(write(tmp_path, "p", 'base_url = "https://h"\n[headers]\nAuthorization = "Bearer Hunter2!x"'))
    assert "use [auth]" in found
    assert "Hunter2!x" not in found


def test_parameters_fill_texts_and_come_from_the_child(tmp_path: Path) -> None:
    write(tmp_path, "parent", '[params]\napp = "tc"\n[logout]\nurl = "/${app}/logout"\n')
    path = write(tmp_path, "child", 'extends = "parent"\nbase_url = "https://h/${app}"\n[params]\napp = "plm"\n')
    target = load_target(path, roots=ROOTS)
    assert target.base_url == "https://h/plm/"
    assert target.logout is not None
    assert target.logout.url == "https://h/plm/logout"


def test_hosts_named_by_the_profile_are_in_scope(tmp_path: Path) -> None:
    text = (
        'base_url = "https://plm.example.com/x"\n[scope]\nhosts = ["Files.example.com"]\n'
        '[auth]\nkind = "oauth2"\nclient_id = "me"\ntoken_url = "https://sso.example.com/token"\n'
        '[[interfaces]]\nkind = "odata"\nurl = "odata/"\n'
    )
    target = load_target(write(tmp_path, "p", text), roots=ROOTS)
    assert target.scope.hosts == ("plm.example.com", "sso.example.com", "files.example.com")
    assert isinstance(target.auth, OAuth2Auth)
    assert target.declared[0].url == "https://plm.example.com/x/odata/"


def test_a_form_log_in_keeps_references_and_joins_urls(tmp_path: Path) -> None:
    text = (
        'base_url = "https://h/app"\n[auth]\nkind = "login"\nurl = "login"\nbefore = "/start"\n'
        '[auth.fields]\nuser = "alice"\npassword = "file:pw"\n'
    )
    auth = load_target(write(tmp_path, "p", text), roots=ROOTS).auth
    assert isinstance(auth, LoginAuth)
    assert (auth.url, auth.before) == ("https://h/app/login", "https://h/start")
    assert auth.fields == (("user", "alice"), ("password", f"file:{tmp_path}/pw"))


def test_overrides_win_and_are_typed(tmp_path: Path) -> None:
    path = write(tmp_path, "p", 'base_url = "https://h"\n[limits]\nrate = 2.0\n')
    overrides = dict([parse_override("limits.rate=5"), parse_override("product=Foo Bar")])
    target = load_target(path, roots=ROOTS, overrides=overrides)
    assert (target.limits.rate, target.product) == (5.0, "Foo Bar")
    assert "the command line: limits.rate is a text" in mistake(path, overrides={"limits.rate": "x"})
    with pytest.raises(UsageError, match="expected KEY=VALUE"):
        parse_override("limits.rate")


def test_a_secret_that_is_not_set_is_missed_only_when_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLM_PASSWORD", raising=False)
    text = 'base_url = "https://h"\n[auth]\nkind = "basic"\nusername = "alice"\npassword = "env:PLM_PASSWORD"\n'
    loaded = load(write(tmp_path, "p", text), roots=ROOTS)
    assert isinstance(loaded.target.auth, BasicAuth)
    assert loaded.secrets.resolve(loaded.target.auth.username) == "alice"
    with pytest.raises(UsageError, match=r"PLM_PASSWORD is not set, wanted by .*p\.toml, line 5 \(auth\.password\)"):
        loaded.secrets.resolve(loaded.target.auth.password)


@pytest.mark.parametrize("name", sorted(profile_names(ROOTS)))
def test_every_profile_of_ours_loads_with_a_url(name: str) -> None:
    target = load_target("https://plm.example.com/", roots=ROOTS, overrides={"extends": name})
    assert target.base_url.startswith("https://")
