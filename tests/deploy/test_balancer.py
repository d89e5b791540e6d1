"""HAProxy as the template sets it up, in front of servers that stand in for replicas: who is sent where."""

import re
import socket
import time
import urllib.error
import urllib.request
from collections import Counter

import pytest

from deploy.balancer import Balancer, NoBalancer
from deploy.replica import free_ports
from tests.deploy.stub import stubs

PATIENCE = 60


def eventually(holds, what):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.fixture
def front(balancer_program, tmp_path_factory):
    """Three replicas and the balancer, all of them up."""
    [port] = free_ports(1)
    folder = tmp_path_factory.mktemp("b")
    with stubs(3) as servers:
        balancer = Balancer(f"127.0.0.1:{port}", [server.port for server in servers], folder, folder / "log")
        balancer.start()
        try:
            eventually(balancer.is_listening, "HAProxy listens")
            yield Front(balancer, servers, port)
        finally:
            balancer.stop()


class Front:
    def __init__(self, balancer, servers, port):
        self.balancer, self.servers, self.port = balancer, servers, port

    def get(self, cookie=None, path="/", **headers):
        """Which replica answers, and the cookie that it sets, if it does."""
        headers |= {"Cookie": cookie} if cookie else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.read().decode(), answer.headers.get("Set-Cookie")

    def newcomer(self):
        name, cookie = self.get()
        return name, cookie.partition(";")[0]

    def newcomers(self, count=6):
        return Counter(self.get()[0] for _ in range(count))

    def open(self, cookie):
        """A connection that stays, as a page's WebSocket."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        line.sendall(f"GET /stream HTTP/1.1\r\nHost: here\r\n{upgrade}\r\nCookie: {cookie}\r\n\r\n".encode())
        assert b" 101 " in line.recv(4096)
        return line

    def state(self, index):
        return self.balancer.states()[index][0]


def is_closed(line):
    line.settimeout(0.05)
    try:
        return line.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_newcomers_are_spread_and_stay_where_they_are(front):
    assert front.newcomers(9) == {"0": 3, "1": 3, "2": 3}
    for _ in range(3):
        name, cookie = front.newcomer()
        assert [front.get(cookie) for _ in range(4)] == [(name, None)] * 4  # the cookie is set once
        assert all("REPLICA" not in headers.get("Cookie", "") for _path, headers in front.servers[int(name)].asked)


def test_a_replica_with_fewer_pages_gets_the_next_ones(front):
    lines = []
    for _ in range(4):
        name, cookie = front.newcomer()
        lines += [front.open(cookie) for _ in range(2 if name == "1" else 1)]
    counts = front.balancer.counts()
    assert sum(counts) == len(lines)
    name, cookie = front.newcomer()
    assert counts[int(name)] == min(counts)
    for line in lines:
        line.close()
    eventually(lambda: sum(front.balancer.counts()) == 0, "closed pages are counted no more")


def test_the_cookie_is_for_this_site_alone_but_within_another_one_behind_tls(front):
    _name, cookie = front.get()
    assert re.fullmatch(r"REPLICA=[0-9a-f]+; path=/; HttpOnly; SameSite=Lax", cookie)
    _name, cookie = front.get(**{"X-Forwarded-Proto": "https"})
    assert re.fullmatch(r"REPLICA=[0-9a-f]+; path=/; HttpOnly; SameSite=None; Secure; Partitioned", cookie)


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/script-health-check"])
def test_what_is_for_operators_is_not_for_visitors(front, path):
    with pytest.raises(urllib.error.HTTPError, match="403"):
        front.get(path=path)


def test_a_replica_that_ends_is_left_at_once_and_gets_nobody(front):
    name, cookie = front.newcomer()
    index = int(name)
    line = front.open(cookie)
    front.servers[index].end()
    other, new = front.get(cookie)  # before the balancer knows
    assert other != name
    assert new
    assert front.get(new.partition(";")[0]) == (other, None)
    eventually(lambda: front.state(index) == "DOWN", "it is down")
    eventually(lambda: is_closed(line), "its connections are closed")
    assert front.newcomers()[name] == 0


def test_one_that_is_slow_gets_no_newcomers_but_keeps_its_learners(front):
    name, cookie = front.newcomer()
    index = int(name)
    line = front.open(cookie)
    front.servers[index].delay = 1.0
    is_quick = lambda: front.balancer.statistics()[index][1]["status"].startswith("UP")  # noqa: E731
    eventually(lambda: not is_quick(), "it is seen to be slow")
    assert front.newcomers()[name] == 0
    assert front.get(cookie) == (name, None)
    assert front.state(index) == "UP"
    assert not is_closed(line)

    line.close()  # or the others, which have fewer pages, would come first
    front.servers[index].delay = 0.0
    eventually(is_quick, "it is quick again")
    eventually(lambda: front.newcomers()[name] > 0, "it gets newcomers again")


def test_where_all_are_slow_newcomers_are_let_in_nevertheless(front):
    for server in front.servers:
        server.delay = 0.9
    quick = lambda: [rows[1]["status"] for rows in front.balancer.statistics()]  # noqa: E731
    eventually(lambda: set(quick()) == {"DOWN"}, "all are slow")
    assert set(front.newcomers(3)) == {"0", "1", "2"}
    assert {front.state(index) for index in range(3)} == {"UP"}


def test_one_that_gives_no_answer_is_down_and_its_connections_are_closed(front):
    name, cookie = front.newcomer()
    index = int(name)
    line = front.open(cookie)
    front.servers[index].delay = 3600.0
    eventually(lambda: front.state(index) == "DOWN", "it is down")
    eventually(lambda: is_closed(line), "its connections are closed")
    assert front.get(cookie)[0] != name


def test_one_that_is_taken_out_gives_its_learners_away_until_it_is_let_in(front):
    name, cookie = front.newcomer()
    index = int(name)
    line = front.open(cookie)
    front.balancer.take_out(index)
    eventually(lambda: is_closed(line), "its connections are closed")
    assert front.state(index) == "MAINT"
    assert front.get(cookie)[0] != name
    assert front.newcomers()[name] == 0
    front.balancer.let_in(index)
    eventually(front.balancer.are_up, "it is there again")
    assert front.get(cookie) == (name, None)
    eventually(lambda: front.newcomers()[name] > 0, "it gets newcomers")


def test_while_nobody_serves_the_page_says_so_and_tries_again(front):
    for index in range(3):
        front.balancer.take_out(index)
    with pytest.raises(urllib.error.HTTPError) as refused:
        front.get()
    told = refused.value.read().decode()
    assert refused.value.code == 503
    assert "http-equiv=refresh" in told
    assert "is starting" in told
    assert "시작하고 있습니다" in told


def test_an_address_that_is_taken_is_said(balancer_program, tmp_path):
    with stubs(1) as [server]:
        balancer = Balancer(f"127.0.0.1:{server.port}", [server.port], tmp_path, tmp_path / "log")
        balancer.start()
        with pytest.raises(NoBalancer, match=r"(?s)HAProxy has ended.*(cannot bind|in use)"):
            eventually(lambda: balancer.is_listening() and False, "it ends")


def test_without_haproxy_one_is_told_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr("shutil.which", lambda *_what, **_how: None)
    with pytest.raises(NoBalancer, match="apt install haproxy"):
        Balancer("127.0.0.1:1", [2], tmp_path, tmp_path / "log")
