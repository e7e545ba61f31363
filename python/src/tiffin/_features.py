"""Values of features: read on-line, pushed, and sent as events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ._edge import records_of
from ._http import post_json, send_json
from ._settings import Settings
from ._spine import plain
from ._steps import Steps
from .results import FeatureRow, OnlineFeatures, Pushed, Rejected

MOST_ROWS = 1_000
MOST_EVENTS = 5_000


def read(settings: Settings, service: str, entities: Any, at: datetime | str | None) -> Steps[OnlineFeatures]:
    wanted = [{name: plain(value) for name, value in row.items()} for row in records_of(entities, "entities")]
    rows: list[FeatureRow] = []
    pinned = service
    for first in range(0, len(wanted), MOST_ROWS):
        part = wanted[first : first + MOST_ROWS]
        body = {"service": pinned, "entities": part} | ({} if at is None else {"at": plain(at)})
        call = post_json(f"{settings.graph_url}/v1/features/read", settings.key_headers, body)
        answer = yield from send_json("a read of features", call, repeatable=True)
        pinned, names = answer["service"], answer["names"]
        rows += [
            FeatureRow(
                entity=entity,
                values=dict(zip(names, answer["values"][i], strict=True)),
                statuses=dict(zip(names, answer["statuses"][i], strict=True)),
                ages_ms=dict(zip(names, answer["agesMs"][i], strict=True)),
            )
            for i, entity in enumerate(part)
        ]
    return OnlineFeatures(service=pinned, rows=rows)


def push(settings: Settings, view: str, rows: Any, to: str, repeat: bool) -> Steps[Pushed]:
    """Rows as the route takes them: `entity`, `eventTime`, `values`."""
    bodies = [_push_row(row) for row in records_of(rows, "rows")]
    accepted, rejected = 0, []
    for first in range(0, len(bodies), MOST_ROWS):
        body = {"view": view, "to": to, "rows": bodies[first : first + MOST_ROWS]}
        call = post_json(f"{settings.graph_url}/v1/features/push", settings.key_headers, body)
        answer = yield from send_json("a push of features", call, repeatable=repeat)
        accepted += answer["accepted"]
        rejected += [Rejected.model_validate({**one, "index": one["index"] + first}) for one in answer["rejected"]]
    return Pushed(accepted=accepted, rejected=rejected)


def send_events(settings: Settings, source: str, events: Any, repeat: bool) -> Steps[Pushed]:
    bodies = [{name: plain(value) for name, value in row.items()} for row in records_of(events, "events")]
    accepted, rejected = 0, []
    for first in range(0, len(bodies), MOST_EVENTS):
        body = {"source": source, "events": bodies[first : first + MOST_EVENTS]}
        call = post_json(f"{settings.graph_url}/v1/features/events", settings.key_headers, body)
        answer = yield from send_json("sending events", call, repeatable=repeat)
        accepted += answer["accepted"]
        # The route counts lines from 1.
        rejected += [Rejected.model_validate({**one, "index": one["line"] - 1 + first}) for one in answer["rejected"]]
    return Pushed(accepted=accepted, rejected=rejected)


def _push_row(row: Any) -> dict[str, Any]:
    return {
        name: {key: plain(inner) for key, inner in value.items()} if isinstance(value, dict) else plain(value)
        for name, value in row.items()
    }
