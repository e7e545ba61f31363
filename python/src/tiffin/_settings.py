"""Where the servers are, and who asks."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import InvalidInputError

#: What `npm start` serves.
DEV_GRAPH = "http://127.0.0.1:4000"
DEV_EDGE = "http://127.0.0.1:4100"
DEV_KEY = "tiffin-dev"
DEV_USER = "developer"


@dataclass(frozen=True)
class Settings:
    #: Without `/graphql` and without a slash at its end.
    graph_url: str
    edge_url: str | None
    key: str | None
    user: str | None
    token: str | None
    timeout: float

    @property
    def graph_headers(self) -> dict[str, str]:
        if self.token is not None:
            return {"authorization": f"Bearer {self.token}"}
        if self.user is not None:
            return {"x-tiffin-user": self.user}
        return self.key_headers

    @property
    def key_headers(self) -> dict[str, str]:
        return {} if self.key is None else {"authorization": f"Bearer {self.key}"}

    def needed_edge(self) -> str:
        if self.edge_url is None:
            raise InvalidInputError("edge: say where the edge is, as connect(edge=…) or TIFFIN_EDGE_URL", field="edge")
        return self.edge_url


def settings_of(
    url: str | None,
    *,
    edge: str | None,
    key: str | None,
    user: str | None,
    token: str | None,
    timeout: float,
    env: Mapping[str, str] = os.environ,
) -> Settings:
    """Each setting by the first that says it: argument, variable, and the install of `npm start` where neither names one."""

    def said(given: str | None, name: str) -> str | None:
        return given or env.get(name) or None

    graph = said(url, "TIFFIN_GRAPH_URL")
    is_dev = graph is None
    key, token = said(key, "TIFFIN_KEY"), said(token, "TIFFIN_TOKEN")
    user = said(user, "TIFFIN_USER")
    if is_dev:
        key = key or DEV_KEY
        user = user or (DEV_USER if token is None else None)
    return Settings(
        graph_url=_plain(graph or DEV_GRAPH, "url"),
        edge_url=_optional(said(edge, "TIFFIN_EDGE_URL") or (DEV_EDGE if is_dev else None)),
        key=key,
        user=user,
        token=token,
        timeout=timeout,
    )


def _optional(url: str | None) -> str | None:
    return None if url is None else _plain(url, "edge")


def _plain(url: str, field: str) -> str:
    if not re.match(r"https?://[^/]", url):
        raise InvalidInputError(f"{field}: {url!r} is no address, write http://… or https://…", field=field)
    return re.sub(r"/graphi?ql$", "", url.rstrip("/")).rstrip("/")
