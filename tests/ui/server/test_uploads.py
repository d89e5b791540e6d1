"""The guard round Streamlit's uploads: what is not waited for, or has no room, is not kept."""

import gc
import inspect
import threading
from types import SimpleNamespace

import pytest
from starlette.requests import Request
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.web.server.starlette import starlette_routes

from tests.pages.loops import run
from ui.server.budget import Budget
from ui.server.uploads import Expected, Guard

SESSION, PAGE = "ada", "your_data"


@pytest.fixture
def manager():
    return MemoryUploadedFileManager("/upload")


@pytest.fixture
def budget():
    return Budget(session=1000, process=1500)


@pytest.fixture
def guard(manager, budget):
    return Guard.of(manager, lambda: budget, threading.Lock())


def send(manager, size, file_id="1", session=SESSION):
    """As the server's thread hands a file over; what the manager then holds of that id."""
    manager.add_file(session_id=session, file=UploadedFileRec(file_id, f"{file_id}.csv", "text/csv", b"x" * size))
    return [len(file.data) for file in manager.get_files(session, [file_id])]


def held(manager):
    return sum(len(file.data) for files in manager.file_storage.values() for file in files.values())


def test_the_guard_stands_round_a_manager_once(manager, guard, budget):
    assert Guard.of(manager, lambda: budget, threading.Lock()) is guard


def test_a_session_whose_page_waits_for_nothing_uploads_nothing(manager, guard, budget):
    assert send(manager, 10) == []
    expected = Expected(PAGE, files=2, size=500)
    guard.expect(SESSION, expected)
    assert send(manager, 10, session="bob") == []
    assert send(manager, 10) == [10]
    guard.arrive(SESSION, PAGE)  # drawn again
    assert held(manager) == budget.claimed == 10
    guard.arrive(SESSION, "derivative")
    assert held(manager) == budget.claimed == 0
    assert send(manager, 10, "2") == []
    assert expected.claims == {}


@pytest.mark.parametrize(
    ("sizes", "taken", "reason"),
    [
        ([300, 201], [[300], [0]], "together are the most"),
        ([1, 1, 1], [[1], [1], [0]], "2 files already"),
        ([501], [[0]], "0.0 MB, but files of"),
    ],
)
def test_what_is_too_much_is_refused_with_a_word(manager, guard, budget, sizes, taken, reason):
    expected = Expected(PAGE, files=2, size=500)
    guard.expect(SESSION, expected)
    assert [send(manager, size, str(number)) for number, size in enumerate(sizes)] == taken
    (refusal,) = expected.refused.values()
    assert reason in str(refusal)
    assert held(manager) == budget.claimed == sum(sum(sizes) for sizes in taken)


def test_both_budgets_count_uploads(manager, guard, budget):
    running = budget.claim(SESSION, "training", 700)
    ada, bob = (Expected(PAGE, files=1, size=2000) for _ in range(2))
    guard.expect(SESSION, ada)
    guard.expect("bob", bob)
    assert send(manager, 301) == [0]  # of the session's 1000
    assert send(manager, 300) == [300]  # the same id again: it takes the refused one's place
    assert not ada.refused
    assert send(manager, 501, session="bob") == [0]  # of everybody's 1500
    running.release()
    assert send(manager, 501, session="bob") == [501]


def test_more_than_that_is_not_even_heard(manager, guard):
    expected = Expected(PAGE, files=1, size=500)
    guard.expect(SESSION, expected)
    for number in range(50):
        send(manager, 400, str(number))
    send(manager, 0, "x" * 100_000)
    assert len(manager.file_storage[SESSION]) == len(expected.claims) + len(expected.refused) == 4


def test_a_file_that_is_taken_leaves_the_manager_and_stays_claimed_while_it_is_held(manager, guard, budget):
    expected = Expected(PAGE, files=1, size=500)
    guard.expect(SESSION, expected)
    send(manager, 400)
    claim = guard.take(SESSION, "1")
    assert held(manager) == 0
    assert budget.claimed == claim.size == 400
    assert send(manager, 400, "2") == [400]  # the next may come while the first is being read
    del claim
    assert budget.claimed == 400


def test_what_the_browser_takes_away_is_free(manager, guard, budget):
    guard.expect(SESSION, expected := Expected(PAGE, files=1, size=500))
    send(manager, 400)
    manager.remove_file(session_id=SESSION, file_id="1")
    assert held(manager) == budget.claimed == len(expected.claims) == 0


@pytest.mark.parametrize("ends", ["Streamlit says so", "its state is gone"])
def test_nothing_comes_in_after_the_session(manager, guard, budget, ends):
    expected = Expected(PAGE, files=2, size=500)
    guard.expect(SESSION, expected)
    send(manager, 400)
    if ends == "Streamlit says so":
        manager.remove_session_files(SESSION)
        assert held(manager) == 0
    del expected
    gc.collect()
    assert budget.claimed == 0
    assert send(manager, 10, "2") == []


def put(manager, content):
    """Send a file to the address at which Streamlit's server takes files; the answer's status."""
    routes = starlette_routes.create_upload_routes(SimpleNamespace(is_active_session=lambda _id: True), manager, None)
    take = next(route.endpoint for route in routes if "PUT" in route.methods)
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n' + content + b"\r\n--x--\r\n"
    scope = {
        "type": "http",
        "method": "PUT",
        "path": "/",
        "query_string": b"",
        "headers": [(b"content-type", b"multipart/form-data; boundary=x")],
        "path_params": {"session_id": SESSION, "file_id": "1"},
    }

    async def receive():
        return {"type": "http.request", "body": part, "more_body": False}

    return run(take(Request(scope, receive))).status_code


def test_streamlit_hands_its_files_to_the_guard(manager, guard, monkeypatch):
    """Whoever has a session can send files to that address, whatever page is open."""
    monkeypatch.setattr(starlette_routes, "is_xsrf_enabled", lambda: False)
    assert put(manager, b"x" * 40) == 204
    assert held(manager) == 0
    guard.expect(SESSION, expected := Expected(PAGE, files=1, size=50))
    assert put(manager, b"x" * 40) == 204
    assert [file.data for file in manager.get_files(SESSION, ["1"])] == [b"x" * 40]
    assert put(manager, b"x" * 60) == 204
    assert [file.data for file in manager.get_files(SESSION, ["1"])] == [b""]
    assert list(expected.refused) == ["1"]


@pytest.mark.parametrize("method", ["add_file", "remove_file", "remove_session_files"])
def test_the_guard_is_called_as_streamlit_calls_its_manager(method):
    ours, theirs = (inspect.signature(getattr(cls, method)) for cls in (Guard, MemoryUploadedFileManager))
    assert list(ours.parameters) == list(theirs.parameters)
