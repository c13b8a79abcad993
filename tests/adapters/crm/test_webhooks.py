from __future__ import annotations

import datetime as dt
import socket
import threading
import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from adapters.crm.webhooks import LARGEST_PAYLOAD, Endpoint, EndpointGone, send, signed_headers
from engine.errors import AdapterError, EffectUnknown, InvalidInput
from tests.adapters.crm.conftest import Receiver

_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
_PAYLOAD = '{"type":"service.suspended","data":{"customer":"Żuraw"}}'.encode()


def _now() -> dt.datetime:
    return dt.datetime.fromtimestamp(time.time(), dt.UTC)


def _endpoint(receiver: Receiver, *secrets: str) -> Endpoint:
    return Endpoint(receiver.url, secrets or (_SECRET,), internal=True)


def test_the_receiver_can_verify_what_arrives(receiver: Receiver) -> None:
    send(_endpoint(receiver), "msg_1", _PAYLOAD, _now())
    [(path, headers, body)] = receiver.requests
    assert (path, body) == ("/hooks?tenant=1", _PAYLOAD)
    assert headers["content-type"] == "application/json"
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert Webhook(_SECRET).verify(body, headers)["type"] == "service.suspended"
    with pytest.raises(WebhookVerificationError):
        Webhook(_SECRET).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(_OTHER).verify(body, headers)


def test_while_secrets_rotate_either_verifies(receiver: Receiver) -> None:
    send(_endpoint(receiver, _OTHER, _SECRET), "msg_1", _PAYLOAD, _now())
    [(_, headers, body)] = receiver.requests
    for secret in (_SECRET, _OTHER):
        Webhook(secret).verify(body, headers)


def test_the_signature_is_that_of_the_published_example() -> None:
    moment = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    headers = signed_headers(
        Endpoint("https://x.example", (_SECRET,)), "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', moment
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_time_zone_of_the_moment_does_not_matter() -> None:
    moment = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    there = moment.astimezone(dt.timezone(dt.timedelta(hours=1)))
    endpoint = Endpoint("https://x.example", (_SECRET,))
    assert signed_headers(endpoint, "m", b"{}", moment) == signed_headers(endpoint, "m", b"{}", there)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_success(receiver: Receiver, status: int) -> None:
    receiver.status = status
    send(_endpoint(receiver), "msg_1", _PAYLOAD, _now())


def test_gone_means_never_again(receiver: Receiver) -> None:
    receiver.status = 410
    with pytest.raises(EndpointGone) as caught:
        send(_endpoint(receiver), "msg_1", _PAYLOAD, _now())
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (404, True), (408, False), (422, True), (429, False), (500, False), (503, False)],
)
def test_a_refusal_is_permanent_only_when_repeating_cannot_help(
    receiver: Receiver, status: int, permanent: bool
) -> None:
    receiver.status, receiver.body = status, b"because\r\nof reasons"
    with pytest.raises(AdapterError, match=f"{status}: because of reasons") as caught:
        send(_endpoint(receiver), "msg_1", _PAYLOAD, _now())
    assert caught.value.permanent is permanent
    assert not isinstance(caught.value, (EffectUnknown, EndpointGone))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"Location": "/elsewhere"}
    with pytest.raises(AdapterError, match=str(status)):
        send(_endpoint(receiver), "msg_1", _PAYLOAD, _now())
    assert [path for path, _, _ in receiver.requests] == ["/hooks?tenant=1"]


def test_a_proxy_of_the_environment_is_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    send(_endpoint(receiver), "msg_1", _PAYLOAD, _now())
    assert len(receiver.requests) == 1


def test_a_late_answer_can_be_tried_again(receiver: Receiver) -> None:
    receiver.delay = threading.TIMEOUT_MAX  # no answer before the test is over
    with pytest.raises(AdapterError, match=r"within 0\.3 s") as caught:
        send(_endpoint(receiver), "msg_1", _PAYLOAD, _now(), timeout=0.3)
    assert not caught.value.permanent
    assert not isinstance(caught.value, EffectUnknown)


def test_the_whole_attempt_is_timed_not_each_byte(receiver: Receiver) -> None:
    receiver.status, receiver.drip = 500, 0.05
    with pytest.raises(AdapterError, match="within"):
        send(_endpoint(receiver), "msg_1", _PAYLOAD, _now(), timeout=0.4)


def test_an_endless_answer_is_cut(receiver: Receiver) -> None:
    receiver.status, receiver.body, receiver.drip = 500, b"x" * (1 << 20), 0.01
    with pytest.raises(AdapterError) as caught:
        send(_endpoint(receiver), "msg_1", _PAYLOAD, _now(), timeout=5)
    assert len(str(caught.value)) < 300


def test_a_body_after_success_is_not_waited_for(receiver: Receiver) -> None:
    receiver.drip = 0.05
    send(_endpoint(receiver), "msg_1", _PAYLOAD, _now(), timeout=0.5)


def test_a_lost_connection_can_be_tried_again(receiver: Receiver) -> None:
    receiver.hang_up = True
    with pytest.raises(AdapterError, match=r"127\.0\.0\.1") as caught:
        send(_endpoint(receiver), "msg_1", _PAYLOAD, _now())
    assert not caught.value.permanent


def test_an_endpoint_that_is_not_there_can_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(AdapterError) as caught:
        send(Endpoint(f"http://127.0.0.1:{port}/", (_SECRET,), internal=True), "msg_1", _PAYLOAD, _now())
    assert not caught.value.permanent


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_an_endpoint_not_marked_internal_cannot_reach_inside(receiver: Receiver, host: str) -> None:
    url = f"http://{host}:{receiver.port}/hooks"
    with pytest.raises(AdapterError, match="not a public address") as caught:
        send(Endpoint(url, (_SECRET,)), "msg_1", _PAYLOAD, _now())
    assert caught.value.permanent
    assert receiver.requests == []


@pytest.mark.parametrize(
    ("endpoint", "event", "payload", "field"),
    [
        (Endpoint("ftp://x.example", (_SECRET,)), "msg_1", b"{}", "url"),
        (Endpoint("http://user:pw@x.example", (_SECRET,)), "msg_1", b"{}", "url"),
        (Endpoint("https://x.example", ()), "msg_1", b"{}", "secrets"),
        (Endpoint("https://x.example", ("whsec_",)), "msg_1", b"{}", "secrets"),
        (Endpoint("https://x.example", ("whsec_a",)), "msg_1", b"{}", "secrets"),
        (Endpoint("https://x.example", (_SECRET,)), "msg\r\nx: y", b"{}", "event_id"),
        (Endpoint("https://x.example", (_SECRET,)), "a.b", b"{}", "event_id"),
        (Endpoint("https://x.example", (_SECRET,)), "msg_1", b"\xff", "payload"),
        (Endpoint("https://x.example", (_SECRET,)), "msg_1", b"x" * (LARGEST_PAYLOAD + 1), "payload"),
    ],
)
def test_what_cannot_be_sent_names_the_field(endpoint: Endpoint, event: str, payload: bytes, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        send(endpoint, event, payload, _now())
    assert caught.value.field == field


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(InvalidInput, match="timestamp"):
        signed_headers(Endpoint("https://x.example", (_SECRET,)), "m", b"{}", dt.datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


def test_an_endpoint_does_not_show_its_secrets() -> None:
    assert _SECRET not in repr(Endpoint("https://x.example", (_SECRET,)))
