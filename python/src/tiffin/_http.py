"""Requests that are made again where that changes nothing, and answers as errors of this package."""

from __future__ import annotations

import json
from typing import Any

import httpx2

from ._steps import Call, Pause, Steps
from .errors import MalformedError, TiffinError, UnavailableError, error_of

TRIES = 5
FIRST_WAIT = 0.2
LONGEST_WAIT = 10.0
AWAY = (429, 502, 503)
#: Refused before anything was done.
NOT_DONE = (429, 502, 503, 507)
STATUS_CODES = {
    400: "MALFORMED",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    412: "FAILED_PRECONDITION",
    413: "TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "INVALID_INPUT",
    429: "RATE_LIMITED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "TIMEOUT",
    507: "STORAGE_FULL",
}


def send(call: Call, *, repeatable: bool) -> Steps[httpx2.Response]:
    """The answer of a call; one that is repeatable is made up to five times while its server is away."""
    for attempt in range(1, TRIES + 1):
        last = attempt == TRIES or not repeatable
        wait = FIRST_WAIT * 2 ** (attempt - 1)
        try:
            answer: httpx2.Response = yield call
            if last or answer.status_code not in AWAY:
                return answer
            wait = max(wait, _retry_after(answer))
        except httpx2.TransportError as error:
            if last:
                raise _unreachable(call, error) from error
        yield Pause(min(wait, LONGEST_WAIT))
    raise AssertionError("unreachable")


def good(what: str, answer: httpx2.Response) -> httpx2.Response:
    """The answer, if it is good; raises what it says otherwise."""
    if answer.is_success:
        return answer
    raise error_of_answer(what, answer.status_code, answer.text)


def send_json(what: str, call: Call, *, repeatable: bool) -> Steps[Any]:
    answer = good(what, (yield from send(call, repeatable=repeatable)))
    try:
        return answer.json()
    except ValueError as error:
        raise MalformedError(f"{what}: the answer is no JSON; is this a server of Tiffin?") from error


def post_json(url: str, headers: dict[str, str], body: Any) -> Call:
    content = json.dumps(body, allow_nan=False).encode()
    return Call("POST", url, {**headers, "content-type": "application/json"}, content)


def error_of_answer(what: str, status: int, text: str) -> TiffinError:
    """An answer that is not good, as an error: a problem of RFC 9457, or whatever else came."""
    try:
        said = json.loads(text)
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    words = [said.get(name) for name in ("title", "detail", "error", "message")]
    message = next((one for one in words if isinstance(one, str)), text[:300].strip() or "no word of why")
    code = said.get("code") or STATUS_CODES.get(status, "INTERNAL" if status >= 500 else "MALFORMED")
    return error_of(
        code, f"{what}: {message}", status=status, in_doubt=status >= 500 and status not in NOT_DONE, **facts_of(said)
    )


def facts_of(said: dict[str, Any]) -> dict[str, Any]:
    field = said.get("field")
    hint = said.get("hint")
    return {
        "field": field if isinstance(field, str) else None,
        "allowed": said.get("allowed"),
        "hint": hint if isinstance(hint, str) else None,
        "details": said,
    }


def _retry_after(answer: httpx2.Response) -> float:
    try:
        return float(answer.headers.get("retry-after", "0"))
    except ValueError:
        return 0.0


def _unreachable(call: Call, error: httpx2.TransportError) -> UnavailableError:
    url = httpx2.URL(call.url)
    return UnavailableError(
        f"{url.scheme}://{url.netloc.decode()} does not answer ({error or type(error).__name__})",
        # Where no connection was made, nothing was done.
        in_doubt=not isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout)),
    )
