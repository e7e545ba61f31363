"""Where the servers are, and who asks: by the first that says it."""

from __future__ import annotations

import pytest

import tiffin
from tiffin._settings import Settings, settings_of


def settings(env: dict[str, str], url: str | None = None, **given: str) -> Settings:
    options: dict[str, str | None] = {"edge": None, "key": None, "user": None, "token": None, **given}
    return settings_of(url, **options, timeout=5, env=env)  # type: ignore[arg-type]


def test_is_the_install_of_this_machine_where_nothing_is_said() -> None:
    found = settings({})
    assert (found.graph_url, found.edge_url) == ("http://127.0.0.1:4000", "http://127.0.0.1:4100")
    assert found.graph_headers == {"x-tiffin-user": "developer"}
    assert found.key_headers == {"authorization": "Bearer tiffin-dev"}


def test_gives_no_key_of_dev_mode_to_another_server() -> None:
    found = settings({"TIFFIN_GRAPH_URL": "https://tiffin.example/graphql/"})
    assert (found.graph_url, found.graph_headers, found.key_headers) == ("https://tiffin.example", {}, {})


def test_prefers_what_the_caller_says() -> None:
    env = {"TIFFIN_GRAPH_URL": "https://a.example", "TIFFIN_KEY": "a", "TIFFIN_TOKEN": "t", "TIFFIN_USER": "viewer"}
    found = settings(env, "https://b.example", key="b")
    assert (found.graph_url, found.key) == ("https://b.example", "b")
    # A person's token says who asks, whatever user is named besides.
    assert found.graph_headers == {"authorization": "Bearer t"}


def test_asks_with_the_key_where_no_person_is_named() -> None:
    assert settings({}, "https://b.example", key="k").graph_headers == {"authorization": "Bearer k"}


@pytest.mark.parametrize("url", ["localhost:4000", "ftp://a.example", "https://"])
def test_refuses_what_is_no_address(url: str) -> None:
    with pytest.raises(tiffin.InvalidInputError) as refused:
        settings({}, url)
    assert refused.value.field == "url"


def test_says_how_to_name_an_edge() -> None:
    with pytest.raises(tiffin.InvalidInputError, match="TIFFIN_EDGE_URL"):
        settings({}, "https://b.example").needed_edge()
