"""What the servers answer, as plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from ._html import card, table


class Result(BaseModel):
    """Fields that a later server adds are kept out of the way, in `model_extra`."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow", frozen=True)


class Named(Result):
    id: str


class Column(Result):
    name: str
    dtype: str
    role: str


class TrainingSetFacts(Result):
    id: str
    row_count: int
    content_hash: str
    sha256: str
    size_bytes: float
    known_at: str
    created_at: datetime
    download_path: str
    manifest: dict[str, Any]
    service: Named | None
    columns: list[Column]

    @property
    def features(self) -> list[str]:
        """The names of its features, as `view__feature`."""
        return self._names("FEATURE")

    @property
    def labels(self) -> list[str]:
        """The names of all other columns of the rows that features were looked up for."""
        return self._names("LABEL")

    @property
    def keys(self) -> list[str]:
        return self._names("KEY")

    def _names(self, role: str) -> list[str]:
        return [column.name for column in self.columns if column.role == role]

    def _repr_html_(self) -> str:
        facts = {
            "service": self.service.id if self.service else None,
            "rows": f"{self.row_count:,}",
            "known at": self.known_at,
            "content": self.content_hash[:12],
            "made": self.created_at,
        }
        rows = [(column.name, column.dtype.lower(), column.role.lower()) for column in self.columns]
        return card("training set", self.id, facts) + table(("column", "type", "role"), rows)


class Tensor(Result):
    name: str
    dtype: str
    shape: list[int]


class Gate(Result):
    gate: str
    passed: bool
    detail: str


class NamedModel(Result):
    id: str
    name: str


class Role(Result):
    deployment: Named
    role: str


class ModelVersion(Result):
    id: str
    number: int
    version: str
    bump_reasons: list[str]
    state: str
    description: str
    owner: str | None
    tags: list[str]
    algorithm: str | None
    hyper_parameters: dict[str, Any]
    claimed_metrics: dict[str, Any]
    digest: str
    source_digest: str
    evaluation: str | None
    golden_origin: str
    golden_rows: int
    makers: list[str]
    created_at: datetime
    model: NamedModel
    training_set: Named | None
    feature_service: Named | None
    inputs: list[Tensor]
    outputs: list[Tensor]
    roles: list[Role]

    def _repr_html_(self) -> str:
        facts = {
            "state": self.state,
            "version": self.version,
            "algorithm": self.algorithm,
            "trained on": self.training_set.id if self.training_set else None,
            "reads": self.feature_service.id if self.feature_service else None,
            "golden rows": f"{self.golden_rows} ({self.golden_origin.lower()})",
            "makers": ", ".join(self.makers),
            "serves": ", ".join(f"{role.deployment.id} as {role.role.lower()}" for role in self.roles) or None,
        }
        rows = [
            (way, tensor.name, tensor.dtype, " × ".join("rows" if size < 0 else str(size) for size in tensor.shape))
            for way, tensors in (("in", self.inputs), ("out", self.outputs))
            for tensor in tensors
        ]
        metrics = [(name, _short(value)) for name, value in self.claimed_metrics.items()]
        return (
            card("model version", self.id, facts)
            + table(("", "tensor", "type", "shape"), rows)
            + (table(("metric", "claimed"), metrics) if metrics else "")
        )


class Validation(Result):
    """What the gates found on a version."""

    gates: list[Gate]
    version: ModelVersion

    @property
    def passed(self) -> bool:
        return bool(self.gates) and all(gate.passed for gate in self.gates)

    def _repr_html_(self) -> str:
        rows = [(gate.gate, "passed" if gate.passed else "FAILED", gate.detail) for gate in self.gates]
        return card("validation", self.version.id, {"passed": self.passed}) + table(("gate", "", "detail"), rows)


class FeatureRow(Result):
    """The features of one entity: a value, its status and its age for each name."""

    entity: dict[str, Any]
    values: dict[str, Any]
    statuses: dict[str, str]
    ages_ms: dict[str, float | None]


class OnlineFeatures(Result):
    service: str
    rows: list[FeatureRow]

    def to_pandas(self) -> Any:
        """A DataFrame with the keys of the entities and the features, a row for each entity."""
        from ._packages import pandas

        return pandas().DataFrame([{**row.entity, **row.values} for row in self.rows])

    def _repr_html_(self) -> str:
        rows = [
            (row.entity, name, value, row.statuses[name], _age(row.ages_ms[name]))
            for row in self.rows[:20]
            for name, value in row.values.items()
        ]
        return card("online features", self.service, {"entities": len(self.rows)}) + table(
            ("entity", "feature", "value", "status", "age"), rows
        )


class Rejected(Result):
    """A row that was not taken; all others were."""

    index: int
    field: str
    code: str
    message: str
    allowed: Any = None


class Pushed(Result):
    """What became of rows that were sent."""

    accepted: int
    rejected: list[Rejected]


class Fallback(Result):
    cause: str
    detail: str


class FeatureUsed(Result):
    value: Any
    status: str
    age_ms: float | None


class ModelScore(Result):
    version: str
    score: float | None


class Prediction(Result):
    id: str
    score: float
    decision: str | None
    confidence: float | None = None
    reason: str | None = None
    release: str
    models: list[ModelScore]
    arm: str | None
    fallback: Fallback | None
    features: dict[str, FeatureUsed]
    timings: dict[str, float]

    def _repr_html_(self) -> str:
        facts = {
            "decision": self.decision,
            "score": _short(self.score),
            "reason": self.reason,
            "fallback": f"{self.fallback.cause}: {self.fallback.detail}" if self.fallback else None,
            "models": ", ".join(model.version for model in self.models),
            "total": f"{self.timings['total']:.1f} ms" if "total" in self.timings else None,
        }
        rows = [(name, used.value, used.status, _age(used.age_ms)) for name, used in self.features.items()]
        return card("prediction", self.id, facts) + table(("feature", "value", "status", "age"), rows)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _age(milliseconds: float | None) -> str:
    if milliseconds is None:
        return ""
    for size, unit in ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")):
        if milliseconds >= size:
            return f"{milliseconds / size:.1f} {unit}"
    return f"{milliseconds:.0f} ms"
