"""compose.yaml, with nginx in front: its services start as they are written, and every visitor has an address."""

import ipaddress
from collections.abc import Iterator

import pytest
import requests

from tests.running_site import FAKE, RunningSite

from .compose import ComposedSite, composed
from .nginx import NAME, Nginx
from .test_site_behind_nginx import Person

# The network of the containers; its gateway, from which whatever comes by the published port seems to come, is here
# the address that nginx asks from.
NETWORK, GATEWAY = "127.9.83", "127.9.83.1"
VARIABLES = {
    "NETWORK": NETWORK,
    "SECRET_KEY": "a-key-for-the-tests-of-production-that-is-long-enough-0123456789",
    "DATABASE_PASSWORD": "secret",
    "SITE_URL": f"https://{NAME}",
    "ALLOWED_HOSTS": NAME,
    "CSRF_TRUSTED_ORIGINS": f"https://{NAME}",
    "SECURE_TLS": "true",
    # Not named in the file, but in .env.
    "OPEN_ACCESS": "face_rec",
    "RATE_LIMIT_GUEST": "2",
}
running = [pytest.mark.long, pytest.mark.process, pytest.mark.xdist_group("nginx")]


def test_the_gateway_that_is_believed_is_the_networks() -> None:
    for variables in (VARIABLES, {name: value for name, value in VARIABLES.items() if name != "NETWORK"}):
        file = composed(variables)
        network = file["networks"]["default"]["ipam"]["config"][0]
        believed = ipaddress.ip_address(file["services"]["web"]["environment"]["FORWARDED_ALLOW_IPS"])
        assert str(believed) == network["gateway"]
        assert believed in ipaddress.ip_network(network["subnet"])


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SITE_URL", "DATABASE_PASSWORD"])
def test_what_has_no_default_is_asked_for(missing: str) -> None:
    with pytest.raises(AssertionError, match=f"{missing} has to be in .env: put "):
        composed({name: value for name, value in VARIABLES.items() if name != missing})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposedSite]:
    running = ComposedSite(RunningSite(tmp_path_factory.mktemp("composed"), **FAKE), VARIABLES)
    prepared = running.run("prepare")
    assert prepared.returncode == 0, prepared.stderr
    running.start("web", "worker", "sweeper")
    yield running
    running.site.stop()


@pytest.fixture(scope="module")
def proxy(site: ComposedSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    running = Nginx(tmp_path_factory.mktemp("nginx"), site.site.port, more=f"proxy_bind {GATEWAY};")
    yield running
    running.stop()


class TestComposed:
    pytestmark = running

    def test_the_image_finds_itself_healthy(self, site: ComposedSite) -> None:
        checked = site.check_health()
        assert checked.returncode == 0, checked.stderr

    def test_each_visitor_has_an_address(self, site: ComposedSite, proxy: Nginx) -> None:
        def ask(address: str, **headers: str) -> int:
            return Person(proxy, address).ask("/face_match", "POST", headers=headers).status_code

        assert [ask("127.0.0.5") for _ in range(3)] == [400, 400, 429]
        assert ask("127.0.0.5", **{"X-Forwarded-For": "203.0.113.7"}) == 429
        assert ask("127.0.0.6") == 400

    def test_others_of_its_network_can_lend_themselves_none(self, site: ComposedSite) -> None:
        forged = {"Host": NAME, "X-Forwarded-For": "203.0.113.8", "X-Forwarded-Proto": "https"}
        requests.post(f"{site.site.url}/face_match", headers=forged, allow_redirects=False, timeout=30)
        limited = site.site.query("SELECT subject FROM accounts_ratewindow WHERE subject LIKE '%203.0.113.%'")
        assert limited == []

    def test_a_swap_is_made(self, proxy: Nginx) -> None:
        anna = Person(proxy, "127.0.0.7").sign_up("anna")
        assert anna.wait(anna.submit()) == "done"
