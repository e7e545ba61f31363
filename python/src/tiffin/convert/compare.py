"""The ONNX beside the model, on rows: where they differ, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._packages import package
from ..errors import InvalidInputError, ModelDiffersError
from .columns import rows_for
from .feed import Feed

SHOWN = 20


@dataclass(frozen=True)
class Difference:
    """A row that the two answer otherwise; it counts from 0."""

    row: int
    model: Any
    onnx: Any
    difference: float


@dataclass(frozen=True)
class Comparison:
    rows: int
    #: Rows with missing values, which the model itself refuses.
    left_out: int
    #: Of all rows; relative where the model answers more than 1.
    largest: float


def run(content: bytes, feeds: list[Feed], table: Any) -> dict[str, Any]:
    """Each output of the file for rows."""
    runtime = package("onnxruntime")
    # What is trained here is nobody else's business.
    runtime.disable_telemetry_events()
    options = runtime.SessionOptions()
    options.log_severity_level = 3
    session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {feed.tensor: feed.array(table) for feed in feeds}), strict=True))


def compare(model: Any, answers: dict[str, Any], table: Any, tolerance: float) -> Comparison:
    """Raises ModelDiffersError where one row differs by more than the tolerance."""
    numpy = package("numpy")
    kept = _answerable(model, table)
    want = _answers_of(model, table if kept is None else table[kept])
    got = _matching(answers, want)
    got = got if kept is None else got[kept]
    places = numpy.arange(len(table)) if kept is None else numpy.flatnonzero(kept)
    apart = _apart(want, got)
    worst = apart if apart.ndim == 1 else apart.max(axis=1)
    wrong = numpy.flatnonzero(~(worst <= tolerance))
    if len(wrong) > 0:
        shown = wrong[numpy.argsort(-worst[wrong], kind="stable")][:SHOWN]
        raise _differs(
            [Difference(int(places[i]), want[i].tolist(), got[i].tolist(), float(worst[i])) for i in shown],
            len(wrong),
            len(worst),
            tolerance,
        )
    return Comparison(len(worst), len(table) - len(worst), float(worst.max()) if len(worst) else 0.0)


def _answerable(model: Any, table: Any) -> Any:
    """None for all rows; a mask where the model refuses rows with missing values."""
    numpy = package("numpy")
    try:
        _answers_of(model, table)
        return None
    except ValueError as error:
        missing = table.isna().any(axis=1).to_numpy() if hasattr(table, "isna") else numpy.isnan(table).any(axis=1)
        if not missing.any() or missing.all():
            raise InvalidInputError(
                f"rows: the model refuses them ({str(error).strip().splitlines()[0]})",
                field="rows",
                hint="give the rows as the model was trained on them: rows=…",
            ) from error
        return ~missing


def _answers_of(model: Any, table: Any) -> Any:
    numpy = package("numpy")
    rows = rows_for(model, table)
    answer = model.predict_proba(rows) if hasattr(model, "predict_proba") else model.predict(rows)
    if isinstance(answer, list):
        raise InvalidInputError(
            "model: it answers several classifications at once; register one model for each", field="model"
        )
    return numpy.asarray(answer)


def _matching(answers: dict[str, Any], want: Any) -> Any:
    """The output that says the same: of the same width, and numbers where the model answers numbers."""
    numpy = package("numpy")
    found = [numpy.asarray(value) for value in answers.values() if not isinstance(value, list)]
    width = 1 if want.ndim == 1 else want.shape[1]
    numbers = numpy.issubdtype(want.dtype, numpy.floating)
    for value in found:
        if numpy.issubdtype(value.dtype, numpy.floating) == numbers and value.size == len(value) * width:
            return value.reshape(len(value), *want.shape[1:])
    shapes = ", ".join(f"{name} {list(numpy.shape(value)[1:])}" for name, value in answers.items())
    raise InvalidInputError(
        f"model: no output of the file has the form of its answers, {width} a row; it has {shapes}", field="model"
    )


def _apart(want: Any, got: Any) -> Any:
    numpy = package("numpy")
    if not numpy.issubdtype(want.dtype, numpy.number):
        return (want.astype(str) != got.astype(str)).astype(float)
    want, got = want.astype(float), got.astype(float)
    apart = numpy.abs(want - got) / numpy.maximum(1.0, numpy.abs(want))
    both = (numpy.isnan(want) & numpy.isnan(got)) | (want == got)
    return numpy.where(both, 0.0, apart)


def _differs(rows: list[Difference], wrong: int, of: int, tolerance: float) -> ModelDiffersError:
    named = ", ".join(f"{one.row} by {one.difference:.3g}" for one in rows[:5]) + (", …" if wrong > 5 else "")
    error = ModelDiffersError(
        f"model: its ONNX answers {wrong} of {of} rows otherwise, and at most {tolerance:g} is allowed: rows {named}",
        field="model",
        allowed={"tolerance": tolerance},
        hint="ONNX counts in float32, so that values near a threshold can fall to its other side: train on "
        "X.astype('float32'), keep large numbers such as times in smaller units, or say tolerance=… if this is close enough",
        details={"rows": [vars(one) for one in rows], "wrong": wrong, "compared": of},
    )
    error.rows = rows
    return error
