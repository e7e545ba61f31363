"""Training sets: made, found, downloaded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from . import _graph
from ._http import good, send
from ._settings import Settings
from ._spine import spine_input
from ._steps import Call, Pause, Steps
from .errors import DigestMismatchError, FailedPreconditionError
from .results import TrainingSetFacts

EVERY = 0.5
WAIT_MS = 10_000

#: Is told how far a build is: views joined, of how many.
Progress = Callable[[int, int], None]


def create(
    settings: Settings,
    service: str,
    spine: Any,
    *,
    events: Mapping[str, Any] | None,
    timestamp: str,
    known_at: str,
    assume_utc: bool,
    progress: Progress | None,
) -> Steps[TrainingSetFacts]:
    rows = yield from spine_input(settings, spine, events)
    if events is None:
        rows |= {"timestampColumn": timestamp, "assumeUtc": assume_utc}
    wanted = {"service": service, "spine": rows, "knownAt": known_at, "waitMs": WAIT_MS}
    # The same rows make the same set, so asking twice changes nothing.
    build = (yield from _graph.field(settings, "CreateTrainingSet", {"input": wanted}, repeatable=True))["build"]
    while build["state"] == "RUNNING":
        if progress is not None:
            progress(build["viewsJoined"], build["views"])
        yield Pause(EVERY)
        build = yield from _graph.field(settings, "TrainingSetBuild", {"id": build["id"]})
    if build["state"] != "SUCCEEDED":
        raise FailedPreconditionError(f"training set: {build['error'] or 'the build failed'}", details=build)
    if progress is not None:
        progress(build["views"], build["views"])
    return TrainingSetFacts.model_validate(build["trainingSet"])


def find(settings: Settings, id: str) -> Steps[TrainingSetFacts]:
    return TrainingSetFacts.model_validate((yield from _graph.field(settings, "TrainingSet", {"id": id})))


def download(settings: Settings, found: TrainingSetFacts) -> Steps[bytes]:
    """Its Parquet, checked against the digest that the graph says."""
    call = Call("GET", f"{settings.graph_url}{found.download_path}", settings.key_headers)
    content: bytes = good(f"download of {found.id}", (yield from send(call, repeatable=True))).content
    got = hashlib.sha256(content).hexdigest()
    if got != found.sha256:
        raise DigestMismatchError(
            f"download of {found.id}: its SHA-256 is {got}, not {found.sha256}", field="sha256", allowed=found.sha256
        )
    return content


def events_of(
    start: datetime | str | None, end: datetime | str | None, view: str | None, labels: list[str] | None
) -> Mapping[str, Any] | None:
    """The range of events that rows are made of; None where none was asked for."""
    if start is None and end is None and view is None and labels is None:
        return None
    return {"from": _text(start), "to": _text(end), "view": view, "labels": labels}


def _text(moment: datetime | str | None) -> str | None:
    return moment.isoformat() if isinstance(moment, datetime) else moment
