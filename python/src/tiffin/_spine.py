"""The rows that features are wanted for, as the server takes them."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ._http import send_json
from ._packages import package
from ._settings import Settings
from ._steps import Call, Steps, Work
from .errors import InvalidInputError

MOST_ROWS = 10_000


def spine_input(settings: Settings, spine: Any, events: Mapping[str, Any] | None) -> Steps[dict[str, Any]]:
    """`rows`, `upload` or `events` of a SpineInput."""
    if (spine is None) == (events is None):
        raise InvalidInputError(
            "spine: give rows (a table, a list, a file) or a range of events (start=, end=), and not both",
            field="spine",
        )
    if events is not None:
        return {"events": {name: value for name, value in events.items() if value is not None}}
    if isinstance(spine, (str, os.PathLike)):
        content = yield Work(lambda: _read(spine))
    elif _is_table(spine):
        content = yield Work(lambda: parquet_of(spine))
    elif isinstance(spine, Iterable):
        return {"rows": rows_of(spine)}
    else:
        raise InvalidInputError(
            f"spine: {type(spine).__name__} is no table",
            field="spine",
            allowed="a DataFrame of pandas or polars, an Arrow table, a list of dicts, or the path of a Parquet or CSV file",
        )
    call = Call("POST", f"{settings.graph_url}/v1/spines", settings.key_headers, content)
    return {"upload": (yield from send_json("sending the rows", call, repeatable=True))["upload"]}


def rows_of(rows: Iterable[Any]) -> list[dict[str, Any]]:
    listed = list(rows)
    wrong = next((i for i, row in enumerate(listed) if not isinstance(row, Mapping)), None)
    if wrong is not None:
        raise InvalidInputError(
            f"spine.{wrong}: is a {type(listed[wrong]).__name__}, write a dict of columns", field=f"spine.{wrong}"
        )
    if not 0 < len(listed) <= MOST_ROWS:
        raise InvalidInputError(
            f"spine: 1 to {MOST_ROWS} rows stand in a list, not {len(listed)}",
            field="spine",
            allowed={"min": 1, "max": MOST_ROWS},
            hint="send more as a DataFrame or as a Parquet file",
        )
    return [{name: plain(value) for name, value in row.items()} for row in listed]


def plain(value: Any) -> Any:
    """A value as JSON has it: moments in RFC 3339, NaN and its like as null."""
    if hasattr(value, "isoformat"):
        return _moment(value)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _moment(value: date | datetime) -> str | None:
    text = value.isoformat()
    # pandas' missing moment says so itself.
    if text == "NaT":
        return None
    if isinstance(value, datetime) and value.tzinfo is None:
        raise InvalidInputError(
            f"spine: {text} has no time zone, write one such as datetime(…, tzinfo=timezone.utc)", field="spine"
        )
    return text


def _is_table(value: Any) -> bool:
    return hasattr(value, "__arrow_c_stream__") or hasattr(value, "iloc")


def parquet_of(value: Any) -> bytes:
    """A table of pandas, polars or Arrow as Parquet; the index of pandas is left out."""
    arrow = package("pyarrow")
    parquet = package("pyarrow.parquet")
    try:
        is_pandas = hasattr(value, "iloc")
        table = arrow.Table.from_pandas(value, preserve_index=False) if is_pandas else arrow.table(value)
    except (arrow.ArrowInvalid, arrow.ArrowTypeError) as error:
        raise InvalidInputError(f"spine: a column holds values of several types ({error})", field="spine") from error
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def _read(path: str | os.PathLike[str]) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InvalidInputError(f"spine: {os.fspath(path)} cannot be read ({error.strerror})", field="spine") from error
