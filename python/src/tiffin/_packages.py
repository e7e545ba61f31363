"""Packages of the extras, imported only where they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import MissingPackageError

EXTRAS = {
    "pyarrow": "pip install 'tiffin[arrow]'",
    "numpy": "pip install 'tiffin[onnx]'",
    "onnx": "pip install 'tiffin[onnx]'",
    "onnxruntime": "pip install 'tiffin[onnx]'",
    "skl2onnx": "pip install 'tiffin[onnx]'",
    "onnxmltools": "pip install 'tiffin[onnx]'",
}


def package(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        top = name.split(".", maxsplit=1)[0]
        if error.name is None or not error.name.startswith(top):
            raise
        raise MissingPackageError(f"{top}: this needs it", hint=EXTRAS.get(top, f"pip install {top}")) from error


def pandas() -> Any:
    return package("pandas")
