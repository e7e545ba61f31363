"""A model as ONNX, with the columns that it takes and how it was proven."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .._packages import package
from ..errors import InvalidInputError, ModelDiffersError, TiffinError
from .columns import columns_of, table_for
from .compare import Comparison, compare, run
from .feed import FEATURES, Feed, feeds_of
from .golden import golden_rows
from .trainers import is_pipeline, onnx_of

TOLERANCE = 1e-5


@dataclass(frozen=True)
class Converted:
    """An ONNX file, ready to be registered."""

    content: bytes = field(repr=False)
    columns: list[str]
    #: None where there was nothing to compare with.
    comparison: Comparison | None
    golden: list[dict[str, Any]] = field(repr=False)
    feeds: list[Feed] = field(repr=False)

    def run(self, rows: Any) -> dict[str, Any]:
        """Each output of the file, by ONNX Runtime, for rows with the model's columns."""
        return run(self.content, self.feeds, table_for(rows, self.columns))


def convert(
    model: Any,
    rows: Any = None,
    *,
    columns: list[str] | None = None,
    features: list[str] | None = None,
    original: Any = None,
    tolerance: float = TOLERANCE,
) -> Converted:
    """
    A model of scikit-learn, XGBoost or LightGBM as ONNX; or an ONNX file (bytes or a path), beside its `original`.

    The ONNX runs beside the model on the rows, by default the training set's: raises ModelDiffersError, which names the
    rows, where one differs by more than `tolerance` (relative above 1).
    """
    if not tolerance >= 0:
        raise InvalidInputError(f"tolerance: {tolerance} is less than nothing", field="tolerance", allowed={"min": 0})
    content = _file_of(model)
    trained = original if content is not None else model
    if content is not None and trained is None and rows is None:
        return Converted(content, [], None, [], [])
    known = columns_of(trained, rows, columns, features)
    table = None if rows is None else table_for(rows, known)
    if table is None:
        raise InvalidInputError(
            "rows: give the rows that the model was trained on, or training_set=…, to compare the ONNX with it",
            field="rows",
        )
    if content is not None:
        return _compared(content, trained, known, table, tolerance)
    try:
        return _compared(_written(model, known, table), trained, known, table, tolerance)
    except ModelDiffersError as differs:
        if not is_pipeline(model):
            raise
        try:
            return _compared(_written(model, known, table, in_doubles=True), trained, known, table, tolerance)
        except TiffinError:
            raise differs from None


def _compared(content: bytes, trained: Any, columns: list[str], table: Any, tolerance: float) -> Converted:
    onnx_model = package("onnx").load_from_string(content)
    feeds = feeds_of(onnx_model, columns)
    answers = run(content, feeds, table)
    comparison = None if trained is None else compare(trained, answers, table, tolerance)
    return Converted(content, columns, comparison, golden_rows(onnx_model, feeds, table, answers), feeds)


def _file_of(model: Any) -> bytes | None:
    if isinstance(model, bytes):
        return model
    if hasattr(model, "SerializeToString"):
        return bytes(model.SerializeToString())
    if isinstance(model, (str, os.PathLike)):
        try:
            return Path(model).read_bytes()
        except OSError as error:
            raise InvalidInputError(f"model: {model} cannot be read ({error.strerror})", field="model") from error
    return None


def _written(model: Any, columns: list[str], table: Any, *, in_doubles: bool = False) -> bytes:
    if not hasattr(model, "predict"):
        raise InvalidInputError(
            f"model: {type(model).__name__} is no model that can be written as ONNX",
            field="model",
            allowed="a model of scikit-learn, XGBoost or LightGBM, or an ONNX file as bytes or path",
        )
    onnx_model = onnx_of(model, _initial_types(columns, table, in_doubles), in_doubles=in_doubles)
    entry = onnx_model.metadata_props.add()
    entry.key, entry.value = "tiffin.columns", json.dumps(columns)
    return bytes(onnx_model.SerializeToString())


def _initial_types(columns: list[str], table: Any, in_doubles: bool) -> list[tuple[str, Any]]:
    """One input of numbers; or, where a column is text, one for each column."""
    types = package("skl2onnx.common.data_types")
    number = types.DoubleTensorType if in_doubles else types.FloatTensorType
    if not (hasattr(table, "dtypes") and any(_is_text(dtype) for dtype in table.dtypes)):
        return [(FEATURES, number([None, len(columns)]))]

    def kind(dtype: Any) -> Any:
        if _is_text(dtype):
            return types.StringTensorType([None, 1])
        whole = str(dtype).lower().startswith(("int", "uint"))
        return types.Int64TensorType([None, 1]) if whole else number([None, 1])

    return [(name, kind(table.dtypes[name])) for name in columns]


def _is_text(dtype: Any) -> bool:
    return str(dtype) in ("object", "str", "string", "category") or str(dtype).startswith("string")
