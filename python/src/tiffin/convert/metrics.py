"""Metrics of a model, by their usual formulas."""

from __future__ import annotations

from typing import Any

from .._packages import package

#: Keeps the logarithm of a certain answer finite.
LEAST = 1e-15


def binary_metrics(truth: Any, score: Any) -> dict[str, float]:
    """Of labels 0 and 1, and the probability of 1."""
    numpy = package("numpy")
    kept = numpy.clip(score, LEAST, 1 - LEAST)
    metrics = {
        "accuracy": float(((score >= 0.5) == truth).mean()),
        "brier": float(((score - truth) ** 2).mean()),
        "log_loss": float(-(truth * numpy.log(kept) + (1 - truth) * numpy.log(1 - kept)).mean()),
        "positive_rate": float(truth.mean()),
    }
    area = area_under_roc(truth, score)
    return metrics if area is None else {"auc": area, **metrics}


def area_under_roc(truth: Any, score: Any) -> float | None:
    """By ranks, ties counted half; None where all labels are the same."""
    numpy = package("numpy")
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if positives == 0 or negatives == 0:
        return None
    _, place, count = numpy.unique(score, return_inverse=True, return_counts=True)
    ranks = (numpy.cumsum(count) - (count - 1) / 2)[place]
    return float((ranks[truth == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def class_metrics(truth: Any, score: Any) -> dict[str, float]:
    """Of the places of classes, and a probability for each class."""
    numpy = package("numpy")
    kept = numpy.clip(score[numpy.arange(len(truth)), truth], LEAST, 1)
    return {"accuracy": float((score.argmax(axis=1) == truth).mean()), "log_loss": float(-numpy.log(kept).mean())}


def regression_metrics(truth: Any, score: Any) -> dict[str, float]:
    numpy = package("numpy")
    error = score - truth
    spread = float(((truth - truth.mean()) ** 2).sum())
    metrics = {"rmse": float(numpy.sqrt((error**2).mean())), "mae": float(numpy.abs(error).mean())}
    return metrics if spread == 0 else {**metrics, "r2": 1 - float((error**2).sum()) / spread}
