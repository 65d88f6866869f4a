import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from journeyai.errors import EngineError, SettingsError
from journeyai.retrieval.encoders import make_encoder
from journeyai.retrieval.remote_encoder import RemoteEncoder
from journeyai.settings import SearchSettings


class Service(ThreadingHTTPServer):
    """An embeddings service on this machine; `answer` decides what it says."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.answer: tuple[int, object] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append(asked)
        self.server.keys.append(self.headers["authorization"])
        # Backwards: the index counts, not the order.
        vectors = [
            {"object": "embedding", "index": place, "embedding": [float(len(text)), 1.0, 0.0]}
            for place, text in reversed(list(enumerate(asked["input"])))
        ]
        usual = {"object": "list", "model": "m", "data": vectors, "usage": {}}
        status, body = self.server.answer or (200, usual)
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    service = Service()
    thread = threading.Thread(target=service.serve_forever, args=(0.01,))
    thread.start()
    yield service
    service.shutdown()
    thread.join()
    service.server_close()


@pytest.fixture
def encoder(service: Service) -> Iterator[RemoteEncoder]:
    encoder = make_encoder(SearchSettings(encoder="openai", model="m", base_url=service.url))
    assert isinstance(encoder, RemoteEncoder)
    encoder._client = encoder._client.with_options(max_retries=0)
    yield encoder
    encoder._client.close()


def test_rows_are_of_unit_length_and_in_order(service: Service, encoder: RemoteEncoder) -> None:
    rows = encoder.encode(["abc", "a"])
    expected = np.array([[3, 1, 0], [1, 1, 0]], dtype=np.float32)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(rows, expected, rtol=1e-6)
    assert service.requests == [{"input": ["abc", "a"], "model": "m", "encoding_format": "float"}]
    assert service.keys == ["Bearer secret"]
    assert encoder.dimensions == 3


def test_texts_go_out_256_at_a_time_and_cut_and_cleaned(service: Service, encoder: RemoteEncoder) -> None:
    texts = ["a"] * 257 + ["", "\x00", "b\ud800", "c" * 9000]
    assert encoder.encode(texts).shape == (261, 3)
    assert [len(request["input"]) for request in service.requests] == [256, 5]
    assert service.requests[1]["input"] == ["a", ".", ".", "b\ufffd", "c" * 8000]


def test_long_texts_go_out_in_smaller_batches(service: Service, encoder: RemoteEncoder) -> None:
    encoder.encode(["c" * 8000] * 30)
    assert [len(request["input"]) for request in service.requests] == [25, 5]


def test_no_texts_ask_only_for_the_length(service: Service, encoder: RemoteEncoder) -> None:
    assert encoder.encode([]).shape == (0, 3)
    assert [request["input"] for request in service.requests] == [["length"]]


def test_the_id_tells_service_and_model_and_no_secret(service: Service) -> None:
    address = service.url.replace("//", "//user:password@")
    encoder = make_encoder(SearchSettings(encoder="openai", model="m", base_url=address))
    assert encoder.id == f"127.0.0.1:{service.server_address[1]}/m"


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "refuses the request"),
        (401, "refuses the key"),
        (403, "does not let this key use the model"),
        (404, "does not know the model or the address"),
        (422, "refuses the request"),
        (429, "has had too many requests, or the account is used up"),
        (500, "has a fault of its own"),
        (503, "has a fault of its own"),
    ],
)
def test_an_error_of_the_service_is_told_plainly(
    service: Service, encoder: RemoteEncoder, status: int, says: str
) -> None:
    service.answer = (status, {"error": {"message": "no", "type": "x"}})
    with pytest.raises(EngineError) as failed:
        encoder.encode(["abc"])
    host = f"127.0.0.1:{service.server_address[1]}"
    assert failed.value.message == f"The encoder `m` at `{host}` {says}."
    assert failed.value.hint


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html>hello</html>", id="a web page"),
        pytest.param(b"", id="nothing"),
        pytest.param({"data": []}, id="no vectors"),
        pytest.param({"data": [{"index": 1, "embedding": [1.0]}]}, id="another index"),
        pytest.param({"data": [{"index": 0, "embedding": "one"}]}, id="a word"),
        pytest.param({"data": [{"index": 0, "embedding": 1.0}]}, id="a number"),
        pytest.param(b'{"data": [{"index": 0, "embedding": [NaN]}]}', id="not a number"),
        pytest.param([], id="a list"),
    ],
)
def test_nonsense_is_told_plainly(service: Service, encoder: RemoteEncoder, body: object) -> None:
    service.answer = (200, body)
    with pytest.raises(EngineError, match="encoder"):
        encoder.encode(["abc"])


def test_a_service_that_is_not_there_is_told_plainly(service: Service, encoder: RemoteEncoder) -> None:
    encoder._client = encoder._client.with_options(base_url="http://127.0.0.1:9/v1")
    with pytest.raises(EngineError, match="cannot be reached"):
        encoder.encode(["abc"])


def test_a_missing_key_is_told_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(SettingsError, match="OPENAI_API_KEY` is not set"):
        make_encoder(SearchSettings(encoder="openai"))


def test_the_key_goes_to_no_address_that_only_the_study_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    told = SearchSettings(encoder="openai", base_url="https://collects.example.org/v1")
    with pytest.raises(SettingsError, match="would send your key to `collects"):
        make_encoder(told)
    monkeypatch.setenv("OPENAI_BASE_URL", "https://collects.example.org/v1")
    assert make_encoder(told)


def test_a_server_of_ones_own_needs_no_key(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.setenv("OPENAI_BASE_URL", service.url)
    encoder = make_encoder(SearchSettings(encoder="openai"))
    assert encoder.encode(["abc"]).shape == (1, 3)
