"""What goes into which input of an ONNX file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._packages import package
from ..errors import InvalidInputError

#: The input of models that take numbers alone.
FEATURES = "features"
#: Of the element types of ONNX those that columns can have: numpy's name, and the registry's.
TYPES = {
    1: ("float32", "float32"),
    7: ("int64", "int64"),
    8: ("object", "string"),
    9: ("bool", "bool"),
    11: ("float64", "float64"),
}


@dataclass(frozen=True)
class Feed:
    """One input, with the columns of a table that it takes, side by side."""

    tensor: str
    columns: tuple[str, ...]
    #: The number of its element type in ONNX.
    kind: int

    def array(self, rows: Any) -> Any:
        """Its values for rows of a DataFrame, or of an array that has these columns alone."""
        numpy = package("numpy")
        if hasattr(rows, "iloc"):
            values = [_values(rows[column], self.kind) for column in self.columns]
            return numpy.stack(values, axis=1)
        return numpy.asarray(rows).astype(TYPES[self.kind][0])

    def tensor_of(self, array: Any) -> dict[str, Any]:
        return tensor_of(self.tensor, TYPES[self.kind][1], array)


def tensor_of(name: str, dtype: str, array: Any) -> dict[str, Any]:
    """Values as the registry takes them."""
    return {"name": name, "dtype": dtype, "shape": list(array.shape), "data": array.ravel().tolist()}


def _values(column: Any, kind: int) -> Any:
    numpy = package("numpy")
    if kind == 8:
        return column.astype(object).to_numpy()
    if kind in (1, 11):
        return column.to_numpy(dtype=numpy.float64, na_value=numpy.nan).astype(TYPES[kind][0])
    return column.to_numpy().astype(TYPES[kind][0])


def feeds_of(onnx_model: Any, columns: list[str]) -> list[Feed]:
    """Of each input the columns that it takes: one that has its name, or all of them."""
    weights = {tensor.name for tensor in onnx_model.graph.initializer}
    inputs = [value for value in onnx_model.graph.input if value.name not in weights]
    for value in inputs:
        if value.type.tensor_type.elem_type not in TYPES:
            raise InvalidInputError(
                f"model: its input {value.name!r} has a type that no column has", field="model", allowed=_TYPE_NAMES
            )
    if all(value.name in columns for value in inputs):
        return [Feed(value.name, (value.name,), value.type.tensor_type.elem_type) for value in inputs]
    if len(inputs) == 1:
        (value,) = inputs
        dims = value.type.tensor_type.shape.dim
        width = dims[-1].dim_value if len(dims) == 2 else 0
        if len(dims) == 2 and width in (0, len(columns)):
            return [Feed(value.name, tuple(columns), value.type.tensor_type.elem_type)]
    raise InvalidInputError(
        f"columns: the inputs of the file ({', '.join(value.name for value in inputs)}) do not take these "
        f"{len(columns)} columns: give columns=[…] in the order in which the model takes them",
        field="columns",
        allowed=[value.name for value in inputs],
    )


_TYPE_NAMES = [registry for _, registry in TYPES.values()]
