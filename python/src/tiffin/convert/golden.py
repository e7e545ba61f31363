"""Rows that every engine must answer as the file does here."""

from __future__ import annotations

from typing import Any

from .._packages import package
from .feed import Feed, tensor_of

MOST = 32
DTYPES = {"float32": "float32", "float64": "float64", "int64": "int64", "bool": "bool", "object": "string"}


def golden_rows(onnx_model: Any, feeds: list[Feed], table: Any, answers: dict[str, Any]) -> list[dict[str, Any]]:
    """Up to 32 rows, spread over all that have no missing value, with what the file answers."""
    numpy = package("numpy")
    arrays = {feed.tensor: feed.array(table) for feed in feeds}
    whole = numpy.ones(len(table), dtype=bool)
    for array in [*arrays.values(), *_numbers(answers).values()]:
        if numpy.issubdtype(array.dtype, numpy.floating):
            whole &= numpy.isfinite(array).reshape(len(table), -1).all(axis=1)
        elif array.dtype == object:
            whole &= numpy.array([isinstance(value, str) for value in array.reshape(len(table), -1)[:, 0]])
    places = numpy.flatnonzero(whole)
    chosen = places[numpy.linspace(0, len(places) - 1, min(MOST, len(places))).astype(int)]
    outputs = _numbers(answers)
    return [
        {
            "inputs": [feed.tensor_of(arrays[feed.tensor][i : i + 1]) for feed in feeds],
            "outputs": [tensor_of(name, DTYPES[str(value.dtype)], value[i : i + 1]) for name, value in outputs.items()],
        }
        for i in chosen
    ]


def _numbers(answers: dict[str, Any]) -> dict[str, Any]:
    """The outputs that are numbers: these are what a recipe can read as a score."""
    numpy = package("numpy")
    arrays = {name: value for name, value in answers.items() if isinstance(value, numpy.ndarray)}
    return {name: value for name, value in arrays.items() if str(value.dtype) in ("float32", "float64")}
