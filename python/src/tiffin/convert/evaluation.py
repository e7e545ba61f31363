"""How well a model does on rows that it has not seen: the numbers, and the file from which they are computed again."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .._html import card, table
from .._packages import package
from ..errors import InvalidInputError
from .columns import table_for
from .converted import Converted
from .metrics import binary_metrics, class_metrics, regression_metrics

FORMAT = "tiffin.evaluation/1"

#: How an evaluation is written: a line of JSON for each row, or a Parquet file with the same columns.
EvaluationFormat = Literal["jsonl", "parquet"]


@dataclass(frozen=True)
class Evaluation:
    rows: int
    metrics: dict[str, float]
    #: A head, then of each row what goes in, what came true, and what the model answered.
    content: bytes
    format: EvaluationFormat = "jsonl"

    def _repr_html_(self) -> str:
        rows = [(name, f"{value:.4g}") for name, value in self.metrics.items()]
        return card("evaluation", f"{self.rows} rows", {}) + table(("metric", "value"), rows)


@dataclass(frozen=True)
class Judged:
    """The task, with labels as numbers and the score of each row."""

    task: str
    column: int
    labels: Any
    scores: Any
    metrics: dict[str, float]


def evaluate(
    converted: Converted,
    model: Any,
    rows: Any,
    labels: Any,
    attributes: Any = None,
    format: EvaluationFormat = "jsonl",
) -> Evaluation:
    """What the ONNX, which is what serves, answers to rows whose labels are known. Attributes tell groups apart."""
    numpy = package("numpy")
    truth = numpy.asarray(labels)
    if truth.ndim != 1 or len(truth) != len(rows) or len(truth) == 0:
        raise InvalidInputError(
            f"evaluate: there are {len(rows)} rows, and labels of the shape {list(truth.shape)}: give one label for each row",
            field="evaluate",
        )
    output, answers = _judged_output(converted, rows)
    judged = _judge(model, truth, answers.reshape(len(truth), -1).astype(float))
    groups = _groups(attributes, len(truth))
    head = {"format": FORMAT, "task": judged.task, "output": output, "column": judged.column, "protected": list(groups)}
    inputs = _inputs(converted, rows)
    write = _parquet if format == "parquet" else _json_lines
    return Evaluation(len(truth), judged.metrics, write(head, inputs, judged, groups), format)


def check_format(format: str) -> None:
    if format not in get_args(EvaluationFormat):
        allowed = [*get_args(EvaluationFormat)]
        raise InvalidInputError(
            f"evaluation_format: is {format!r}; allowed: {', '.join(allowed)}",
            field="evaluation_format",
            allowed=allowed,
        )


def _judged_output(converted: Converted, rows: Any) -> tuple[str, Any]:
    found = [(name, value) for name, value in converted.run(rows).items() if getattr(value, "dtype", None) is not None]
    numbers = [(name, value) for name, value in found if value.dtype.kind == "f"]
    if not numbers:
        raise InvalidInputError("evaluate: the model answers no numbers", field="evaluate")
    return numbers[-1]


def _judge(model: Any, truth: Any, score: Any) -> Judged:
    numpy = package("numpy")
    known = getattr(model, "classes_", None)
    if known is None and score.shape[1] == 1:
        numbers = truth.astype(float)
        return Judged("REGRESSION", 0, numbers, score[:, 0], regression_metrics(numbers, score[:, 0]))
    classes = numpy.arange(max(2, score.shape[1])) if known is None else numpy.asarray(known)
    place = {str(name): i for i, name in enumerate(classes.tolist())}
    unknown = sorted({str(one) for one in truth.tolist()} - set(place))
    if unknown:
        raise InvalidInputError(
            f"evaluate: the model knows no class {', '.join(unknown)}", field="evaluate", allowed=list(place)
        )
    right = numpy.array([place[str(one)] for one in truth.tolist()])
    if score.shape[1] <= 2:
        column = score.shape[1] - 1
        return Judged("BINARY", column, right, score[:, column], binary_metrics(right, score[:, column]))
    return Judged("MULTICLASS", 0, right, score.argmax(axis=1).astype(float), class_metrics(right, score))


def _groups(attributes: Any, count: int) -> Mapping[str, list[Any]]:
    """Of each protected attribute the value of each row."""
    if attributes is None:
        return {}
    if not hasattr(attributes, "iloc") or not hasattr(attributes, "columns") or len(attributes) != count:
        raise InvalidInputError(
            f"evaluate: protected attributes are a DataFrame of {count} rows, as (X_test, y_test, test[['region']])",
            field="evaluate",
        )
    return {str(name): [str(value) for value in attributes[name].tolist()] for name in attributes.columns}


def _inputs(converted: Converted, rows: Any) -> dict[str, list[list[Any]]]:
    """Of each input of the model what goes in, row by row."""
    fed = table_for(rows, converted.columns)
    return {feed.tensor: feed.array(fed).reshape(len(fed), -1).tolist() for feed in converted.feeds}


def _json_lines(
    head: dict[str, Any], inputs: dict[str, list[list[Any]]], judged: Judged, groups: Mapping[str, list[Any]]
) -> bytes:
    lines = [
        {
            "inputs": {name: [_written(value) for value in rows[i]] for name, rows in inputs.items()},
            "label": judged.labels[i].item(),
            "score": judged.scores[i].item(),
            "attributes": {name: values[i] for name, values in groups.items()},
        }
        for i in range(len(judged.labels))
    ]
    return "\n".join(json.dumps(line, allow_nan=False) for line in [head, *lines]).encode()


def _parquet(
    head: dict[str, Any], inputs: dict[str, list[list[Any]]], judged: Judged, groups: Mapping[str, list[Any]]
) -> bytes:
    arrow = package("pyarrow")
    columns = {
        "inputs": _struct(arrow, inputs),
        "label": arrow.array(judged.labels.astype(float).tolist(), arrow.float64()),
        "score": arrow.array(judged.scores.astype(float).tolist(), arrow.float64()),
    }
    if groups:
        columns["attributes"] = _struct(arrow, groups)
    rows = arrow.table(columns).replace_schema_metadata({"tiffin.evaluation": json.dumps(head)})
    file = io.BytesIO()
    package("pyarrow.parquet").write_table(rows, file, compression="zstd")
    return file.getvalue()


def _struct(arrow: Any, fields: Mapping[str, list[Any]]) -> Any:
    """From lists, in which NaN stays what it is: as a column of pandas it would be null."""
    return arrow.StructArray.from_arrays([arrow.array(values) for values in fields.values()], names=list(fields))


def _written(value: Any) -> Any:
    """JSON has no number for these, so that they are text."""
    if isinstance(value, float) and not -float("inf") < value < float("inf"):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value
