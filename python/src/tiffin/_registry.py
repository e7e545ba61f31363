"""Models: registered as ONNX, submitted, validated, approved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from . import _graph
from ._http import good, send
from ._settings import Settings
from ._steps import Call, Pause, Steps
from .convert.converted import Converted
from .convert.evaluation import Evaluation
from .errors import error_of
from .results import Gate, ModelVersion, Validation

EVERY = 0.5
WAIT_MS = 10_000


def upload(settings: Settings, name: str, content: bytes) -> Steps[str]:
    """A file of the registry; answers its SHA-256, by which it is known from then on."""
    begun = yield from _graph.field(
        settings, "BeginUpload", {"input": {"name": name, "sizeBytes": len(content)}}, repeatable=True
    )
    url = begun["url"] if begun["url"].startswith("http") else f"{settings.graph_url}{begun['url']}"
    call = Call("PUT", url, {**settings.key_headers, "content-type": "application/octet-stream"}, content)
    good(f"upload of {name}", (yield from send(call, repeatable=True)))
    sha256 = hashlib.sha256(content).hexdigest()
    wanted = {"input": {"uploadId": begun["uploadId"], "sha256": sha256}}
    yield from _graph.field(settings, "CompleteUpload", wanted, repeatable=True)
    return sha256


def register(
    settings: Settings, name: str, made: Converted, evaluation: Evaluation | None, facts: Mapping[str, Any]
) -> Steps[ModelVersion]:
    wanted: dict[str, Any] = {name: value for name, value in facts.items() if value is not None}
    wanted |= {
        "model": name,
        "waitMs": WAIT_MS,
        "artifact": (yield from upload(settings, f"{name}.onnx", made.content)),
    }
    if made.golden:
        wanted["goldenRows"] = made.golden
    if evaluation is not None:
        wanted["evaluation"] = yield from upload(settings, f"{name}.evaluation.{evaluation.format}", evaluation.content)
        wanted["claimedMetrics"] = evaluation.metrics
    answer = yield from _graph.field(settings, "RegisterModelVersion", {"input": wanted})
    if answer["modelVersion"] is not None:
        return ModelVersion.model_validate(answer["modelVersion"])
    job = yield from _end_of(settings, answer["registration"])
    return ModelVersion.model_validate(job["modelVersion"])


def validate(settings: Settings, version: ModelVersion | str) -> Steps[Validation]:
    wanted = {"id": id_of(version), "waitMs": WAIT_MS}
    # Validating twice at a time joins the one that goes on.
    answer = yield from _graph.field(settings, "ValidateModelVersion", {"input": wanted}, repeatable=True)
    job = yield from _end_of(settings, answer["validation"])
    gates = [Gate.model_validate(gate) for gate in job["gates"]]
    return Validation(gates=gates, version=ModelVersion.model_validate(job["modelVersion"]))


def submit(settings: Settings, version: ModelVersion | str, reason: str | None) -> Steps[ModelVersion]:
    return (yield from _step(settings, "SubmitModelVersion", {"id": id_of(version), "reason": reason}))


def approve(
    settings: Settings, version: ModelVersion | str, reason: str | None, environments: Sequence[str] | None
) -> Steps[ModelVersion]:
    wanted = {"id": id_of(version), "reason": reason, "environments": None if environments is None else [*environments]}
    return (yield from _step(settings, "ApproveModelVersion", wanted))


def find(settings: Settings, version: ModelVersion | str) -> Steps[ModelVersion]:
    return ModelVersion.model_validate((yield from _graph.field(settings, "ModelVersion", {"id": id_of(version)})))


def id_of(version: ModelVersion | str) -> str:
    return version if isinstance(version, str) else version.id


def _step(settings: Settings, name: str, wanted: dict[str, Any]) -> Steps[ModelVersion]:
    given = {name: value for name, value in wanted.items() if value is not None}
    answer = yield from _graph.field(settings, name, {"input": given})
    return ModelVersion.model_validate(answer["modelVersion"])


def _end_of(settings: Settings, job: dict[str, Any]) -> Steps[dict[str, Any]]:
    """The job once it no longer runs. Raises its error where it failed."""
    while job["state"] == "RUNNING":
        yield Pause(EVERY)
        job = yield from _graph.field(settings, "ModelJob", {"id": job["id"]})
    if job["error"] is not None:
        raise error_of(job["errorCode"] or "INTERNAL", f"{job['kind'].lower()}: {job['error']}", details=job)
    return job
