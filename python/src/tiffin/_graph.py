"""Operations of the graph: those of `operations.graphql`, and a caller's own."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from ._http import error_of_answer, facts_of, post_json, send
from ._settings import Settings
from ._steps import Pause, Steps
from .errors import NotFoundError, TiffinError, error_of

TRIES = 5
WAIT = 1.0


@cache
def operations() -> dict[str, str]:
    """Each operation by its name, with the fragments that it spreads."""
    text = files(__package__).joinpath("operations.graphql").read_text("utf-8")
    written = re.compile(r"^(?:query|mutation|fragment) (\w+).*?^}", re.MULTILINE | re.DOTALL)
    named = {found[1]: found[0] for found in written.finditer(text)}

    def whole(name: str, seen: dict[str, str]) -> dict[str, str]:
        if name not in seen:
            seen[name] = named[name]
            for spread in re.findall(r"\.\.\.(\w+)", named[name]):
                whole(spread, seen)
        return seen

    return {
        name: "\n".join(whole(name, {}).values()) for name, part in named.items() if not part.startswith("fragment")
    }


def field(settings: Settings, name: str, variables: dict[str, Any], *, repeatable: bool | None = None) -> Steps[Any]:
    """The one root field of an operation. Raises NotFoundError where it is null, though nothing went wrong."""
    document = operations()[name]
    data = yield from ask(
        settings, document, variables, repeatable=document.startswith("query") if repeatable is None else repeatable
    )
    (value,) = data.values()
    if value is None:
        raise NotFoundError(f"{name}: there is none", field="id")
    return value


def ask(settings: Settings, document: str, variables: dict[str, Any], *, repeatable: bool) -> Steps[dict[str, Any]]:
    """The data of an answer. Raises its first error; what may be asked twice is asked again while a part is away."""
    for attempt in range(1, TRIES + 1):
        try:
            return (yield from _ask_once(settings, document, variables, repeatable))
        except TiffinError as error:
            # A call that nobody answered was made again already.
            if not (repeatable and error.passes and error.status is not None) or attempt == TRIES:
                raise
        yield Pause(WAIT)
    raise AssertionError("unreachable")


def _ask_once(settings: Settings, document: str, variables: dict[str, Any], repeatable: bool) -> Steps[dict[str, Any]]:
    url = f"{settings.graph_url}/graphql"
    body = {"query": document, "variables": variables}
    answer = yield from send(post_json(url, settings.graph_headers, body), repeatable=repeatable)
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict) or not ("data" in said or "errors" in said):
        raise error_of_answer("the graph", answer.status_code, answer.text)
    if errors := said.get("errors"):
        raise _error_of(errors[0], answer.status_code)
    return said["data"]  # type: ignore[no-any-return]


def _error_of(error: dict[str, Any], status: int) -> TiffinError:
    extensions = {**error.get("extensions", {})}
    code = extensions.pop("code", "INTERNAL_SERVER_ERROR")
    path = error.get("path")
    return error_of(
        code,
        f"{path[0]}: {error['message']}" if path else error["message"],
        status=status,
        path=path,
        in_doubt=code in ("TIMEOUT", "INTERNAL_SERVER_ERROR", "SUBGRAPH_UNAVAILABLE"),
        **facts_of(extensions),
    )
