"""What is asked again while a server is away, and what never is. The server here answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import tiffin

ROWS = [{"card_id": "c1", "timestamp": "2026-01-01T00:00:00Z"}]


class Told(ThreadingHTTPServer):
    """Answers each request with the next of its answers: a status and a body, or None to break the connection."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.answers: list[tuple[int, Any] | None] = []
        self.seen: list[tuple[str, Any]] = []


class Answering(BaseHTTPRequestHandler):
    server: Told

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.seen.append((self.path, json.loads(body)))
        answer = self.server.answers.pop(0)
        if answer is None:
            self.close_connection = True
            self.connection.close()
            return
        status, said = answer
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing on the terminal."""


@pytest.fixture
def server() -> Iterator[Told]:
    with Told() as told:
        threading.Thread(target=told.serve_forever, daemon=True).start()
        yield told
        told.shutdown()


@pytest.fixture
def client(server: Told) -> Iterator[tiffin.Client]:
    url = f"http://127.0.0.1:{server.server_port}"
    with tiffin.connect(url, edge=url, key="a-key", user="developer", timeout=10) as made:
        yield made


PUSHED = {"view": "v@1", "accepted": 1, "rejected": []}


def test_a_push_goes_on_through_an_outage_and_a_lost_answer(server: Told, client: tiffin.Client) -> None:
    server.answers = [(503, {"code": "UNAVAILABLE", "title": "away"}), None, (200, PUSHED)]
    assert client.push("v", [{"entity": {}}]).accepted == 1
    assert len(server.seen) == 3 and server.seen[0] == server.seen[2]


def test_a_push_that_may_not_be_repeated_is_made_once_and_is_in_doubt(server: Told, client: tiffin.Client) -> None:
    server.answers = [None]
    with pytest.raises(tiffin.UnavailableError) as lost:
        client.push("v", [{"entity": {}}], repeat=False)
    assert lost.value.in_doubt and len(server.seen) == 1


def test_a_prediction_is_made_once(server: Told, client: tiffin.Client) -> None:
    server.answers = [(503, {"code": "UNAVAILABLE", "title": "not served"})]
    with pytest.raises(tiffin.UnavailableError) as refused:
        client.predict("late", {"x": 1})
    assert len(server.seen) == 1 and refused.value.passes and not refused.value.in_doubt


def test_an_outcome_that_is_sent_again_bears_the_same_id(server: Told, client: tiffin.Client) -> None:
    server.answers = [None, (202, {"acked": ["x"], "rejected": []})]
    client.outcome("0198f3a0-0000-7000-8000-000000000001", 1)
    first, second = (body["outcomes"][0]["id"] for _, body in server.seen)
    assert first == second


def test_a_training_set_is_asked_again_since_the_same_rows_make_the_same_set(
    server: Told, client: tiffin.Client
) -> None:
    away = {"message": "feature is away", "extensions": {"code": "SUBGRAPH_UNAVAILABLE", "subgraph": "feature"}}
    failed = {"id": "b", "state": "FAILED", "error": "no more room", "views": 1, "viewsJoined": 0, "trainingSet": None}
    built = {"data": {"createTrainingSet": {"build": failed}}}
    server.answers = [(200, {"data": None, "errors": [away]}), (200, built)]
    with pytest.raises(tiffin.FailedPreconditionError, match="no more room"):
        client.training_set(ROWS, service="s")
    assert len(server.seen) == 2


def test_a_registration_is_sent_once(server: Told, client: tiffin.Client) -> None:
    server.answers = [None]
    with pytest.raises(tiffin.UnavailableError) as lost:
        client.submit("fraud@1")
    assert lost.value.in_doubt and len(server.seen) == 1


def test_gives_up_in_the_end(server: Told, client: tiffin.Client) -> None:
    server.answers = [(503, {"code": "UNAVAILABLE", "title": "away"})] * 5
    with pytest.raises(tiffin.UnavailableError, match="away"):
        client.push("v", [{"entity": {}}])
    assert len(server.seen) == 5


def test_says_where_nobody_answers() -> None:
    with tiffin.connect("http://127.0.0.1:1") as nobody, pytest.raises(tiffin.UnavailableError) as refused:
        nobody.submit("fraud@1")
    assert "http://127.0.0.1:1 does not answer" in str(refused.value) and not refused.value.in_doubt


def test_an_error_bears_its_field_and_what_is_allowed(server: Told, client: tiffin.Client) -> None:
    said = {"code": "INVALID_INPUT", "title": "to: is ALL", "field": "to", "allowed": ["ONLINE", "OFFLINE", "BOTH"]}
    server.answers = [(422, said), (418, {"code": "TEAPOT", "title": "short and stout"}), (500, {})]
    with pytest.raises(tiffin.InvalidInputError) as refused:
        client.push("v", [{"entity": {}}], to="ALL")
    error = refused.value
    assert (error.field, error.allowed, error.status) == ("to", ["ONLINE", "OFFLINE", "BOTH"], 422)
    with pytest.raises(tiffin.TiffinError) as unknown:
        client.predict("late", {})
    assert (type(unknown.value), unknown.value.code) == (tiffin.TiffinError, "TEAPOT")
    with pytest.raises(tiffin.TiffinError) as broken:
        client.predict("late", {})
    assert (broken.value.code, broken.value.in_doubt) == ("INTERNAL", True)


def test_what_is_no_server_of_tiffin_is_named_so(server: Told, client: tiffin.Client) -> None:
    server.answers = [(404, "nothing here")]
    with pytest.raises(tiffin.NotFoundError, match="the graph"):
        client.graphql("{ me { name } }")
