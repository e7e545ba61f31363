"""An edge node: predictions, and what happened in the end."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

from ._http import post_json, send_json
from ._settings import Settings
from ._spine import plain
from ._steps import Steps
from .errors import InvalidInputError, TiffinError, error_of
from .results import Prediction, Pushed, Rejected

MOST_ROWS = 500
MOST_OUTCOMES = 1_000


def predict(
    settings: Settings,
    endpoint: str,
    inputs: Mapping[str, Any],
    features: Mapping[str, Any] | None,
    at: datetime | str | None,
) -> Steps[Prediction]:
    """Made once: each answer is a prediction of its own, with a record."""
    url = f"{settings.needed_edge()}/v1/predict/{quote(endpoint, safe='@')}"
    body = _row(inputs, features, at)
    answer = yield from send_json("a prediction", post_json(url, settings.key_headers, body), repeatable=False)
    return Prediction.model_validate(answer)


def predict_many(
    settings: Settings, endpoint: str, rows: Any, at: datetime | str | None
) -> Steps[list[Prediction | TiffinError]]:
    """A prediction for each row, or the error that it met; in batches, each made once."""
    url = f"{settings.needed_edge()}/v1/predict/{quote(endpoint, safe='@')}/batch"
    bodies = [_row(row, None, at) for row in records_of(rows, "rows")]
    found: list[Prediction | TiffinError] = []
    for first in range(0, len(bodies), MOST_ROWS):
        call = post_json(url, settings.key_headers, {"rows": bodies[first : first + MOST_ROWS]})
        answer = yield from send_json("predictions", call, repeatable=False)
        found += [_answer_of(row, first + i) for i, row in enumerate(answer["rows"])]
    return found


def _answer_of(row: dict[str, Any], place: int) -> Prediction | TiffinError:
    said = row.get("error")
    if said is None:
        return Prediction.model_validate(row)
    code = said.get("code") or "INTERNAL"
    facts = {"field": said.get("field"), "allowed": said.get("allowed"), "status": said.get("status"), "details": said}
    return error_of(code, f"row {place}: {said.get('title', 'no word of why')}", **facts)


def outcomes(
    settings: Settings, said: Iterable[tuple[Prediction | str, float]], at: datetime | str | None
) -> Steps[Pushed]:
    """What happened in the end. Each has an id, so that what is sent twice counts once."""
    moment = _moment(at) or datetime.now(timezone.utc).isoformat()
    records = [
        {
            "id": str(uuid.uuid4()),
            "predictionId": one if isinstance(one, str) else one.id,
            "value": float(value),
            "occurredAt": moment,
        }
        for one, value in said
    ]
    url = f"{settings.needed_edge()}/v1/outcomes"
    places = {record["id"]: i for i, record in enumerate(records)}
    accepted, rejected = 0, []
    for first in range(0, len(records), MOST_OUTCOMES):
        call = post_json(url, settings.key_headers, {"outcomes": records[first : first + MOST_OUTCOMES]})
        answer = yield from send_json("outcomes", call, repeatable=True)
        accepted += len(answer["acked"])
        rejected += [
            Rejected(index=places[one["id"]], field="predictionId", code=one["code"], message=one["message"])
            for one in answer["rejected"]
        ]
    return Pushed(accepted=accepted, rejected=rejected)


def records_of(rows: Any, field: str) -> Sequence[Mapping[str, Any]]:
    """Rows of a DataFrame, of an Arrow table, or as they are, as dicts."""
    if hasattr(rows, "iloc"):
        rows = rows.to_dict("records")
    elif hasattr(rows, "to_dicts"):
        rows = rows.to_dicts()
    elif hasattr(rows, "to_pylist"):
        rows = rows.to_pylist()
    listed = list(rows)
    wrong = next((i for i, row in enumerate(listed) if not isinstance(row, Mapping)), None)
    if wrong is not None:
        raise InvalidInputError(
            f"{field}.{wrong}: is a {type(listed[wrong]).__name__}, write a dict of names and values",
            field=f"{field}.{wrong}",
        )
    return listed


def _row(inputs: Mapping[str, Any], features: Mapping[str, Any] | None, at: datetime | str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"inputs": {name: plain(value) for name, value in inputs.items()}}
    if features is not None:
        body["features"] = {name: plain(value) for name, value in features.items()}
    if at is not None:
        body["at"] = _moment(at)
    return body


def _moment(at: datetime | str | None) -> str | None:
    return plain(at) if isinstance(at, datetime) else at
