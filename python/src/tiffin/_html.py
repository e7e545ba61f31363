"""What notebooks show: plain tables, without scripts and without styles of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any


def card(kind: str, name: str, facts: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><th scope='row' style='text-align:left'>{escape(key)}</th><td style='text-align:left'>{_text(value)}</td></tr>"
        for key, value in facts.items()
        if value is not None
    )
    return f"<p>{escape(kind)} <b>{escape(name)}</b></p><table>{rows}</table>"


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    cells = "".join(f"<th scope='col' style='text-align:left'>{escape(name)}</th>" for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td style='text-align:left'>{_text(value)}</td>" for value in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _text(value: Any) -> str:
    return "" if value is None else escape(str(value))
