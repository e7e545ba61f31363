"""How well a model does on rows that it has not seen: the numbers, and the file from which they can be computed again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .._html import card, table
from .._packages import package
from ..errors import InvalidInputError
from .converted import Converted

#: Keeps the logarithm of a certain answer finite.
LEAST = 1e-15


@dataclass(frozen=True)
class Evaluation:
    rows: int
    metrics: dict[str, float]
    content: bytes

    def _repr_html_(self) -> str:
        rows = [(name, f"{value:.4g}") for name, value in self.metrics.items()]
        return card("evaluation", f"{self.rows} rows", {}) + table(("metric", "value"), rows)


def evaluate(converted: Converted, model: Any, rows: Any, labels: Any) -> Evaluation:
    """What the ONNX, which is what serves, answers to rows whose labels are known."""
    numpy = package("numpy")
    truth = numpy.asarray(labels)
    if truth.ndim != 1 or len(truth) != len(rows):
        raise InvalidInputError(
            f"evaluate: there are {len(rows)} rows, and labels of the shape {list(truth.shape)}: give one label for each row",
            field="evaluate",
        )
    answers = converted.run(rows)
    scores = [value for value in answers.values() if hasattr(value, "dtype") and value.dtype.kind == "f"]
    if not scores:
        raise InvalidInputError("evaluate: the model answers no numbers", field="evaluate")
    score = scores[-1].reshape(len(truth), -1)
    classes = getattr(model, "classes_", None)
    if classes is None and score.shape[1] == 1:
        return _regression(truth.astype(float), score[:, 0].astype(float))
    if score.shape[1] == 2:
        positive = 1 if classes is None else classes[1]
        return _binary((truth == positive).astype(int), score[:, 1].astype(float))
    return _classes(
        truth, score.astype(float), numpy.arange(score.shape[1]) if classes is None else numpy.asarray(classes)
    )


def _binary(truth: Any, score: Any) -> Evaluation:
    numpy = package("numpy")
    kept = numpy.clip(score, LEAST, 1 - LEAST)
    metrics = {
        "accuracy": float(((score >= 0.5) == truth).mean()),
        "brier": float(((score - truth) ** 2).mean()),
        "log_loss": float(-(truth * numpy.log(kept) + (1 - truth) * numpy.log(1 - kept)).mean()),
        "positive_rate": float(truth.mean()),
    }
    area = _area(truth, score)
    return _made({**({} if area is None else {"auc": area}), **metrics}, truth, score)


def _area(truth: Any, score: Any) -> float | None:
    """The area under the ROC curve by ranks, ties counted half; none where all labels are the same."""
    numpy = package("numpy")
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if positives == 0 or negatives == 0:
        return None
    _, place, count = numpy.unique(score, return_inverse=True, return_counts=True)
    ranks = (numpy.cumsum(count) - (count - 1) / 2)[place]
    return float((ranks[truth == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _classes(truth: Any, score: Any, classes: Any) -> Evaluation:
    numpy = package("numpy")
    place = {str(name): i for i, name in enumerate(classes.tolist())}
    unknown = sorted({str(one) for one in truth.tolist()} - set(place))
    if unknown:
        raise InvalidInputError(
            f"evaluate: the model knows no class {', '.join(unknown)}", field="evaluate", allowed=list(place)
        )
    right = numpy.array([place[str(one)] for one in truth.tolist()])
    kept = numpy.clip(score[numpy.arange(len(right)), right], LEAST, 1)
    metrics = {"accuracy": float((score.argmax(axis=1) == right).mean()), "log_loss": float(-numpy.log(kept).mean())}
    return _made(metrics, right, score)


def _regression(truth: Any, score: Any) -> Evaluation:
    numpy = package("numpy")
    error = score - truth
    spread = float(((truth - truth.mean()) ** 2).sum())
    metrics = {"rmse": float(numpy.sqrt((error**2).mean())), "mae": float(numpy.abs(error).mean())}
    if spread > 0:
        metrics["r2"] = 1 - float((error**2).sum()) / spread
    return _made(metrics, truth, score)


def _made(metrics: dict[str, float], truth: Any, score: Any) -> Evaluation:
    content = json.dumps({"labels": truth.tolist(), "scores": score.tolist(), "metrics": metrics}, allow_nan=False)
    return Evaluation(len(truth), metrics, content.encode())
