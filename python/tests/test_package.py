"""What is installed, and what an import costs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAVY = ("numpy", "pandas", "polars", "pyarrow", "onnx", "onnxruntime", "skl2onnx", "sklearn")
LARGEST = 50 * 1024


def test_imports_nothing_heavy() -> None:
    program = f"import sys, tiffin; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_says_which_extra_is_missing() -> None:
    program = """
import sys
sys.modules["pyarrow"] = None
import tiffin
from tiffin._spine import parquet_of
try:
    parquet_of(object())
except tiffin.MissingPackageError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "pip install 'tiffin[arrow]'" in done.stdout


def test_is_a_small_wheel_with_its_operations_and_types(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--quiet",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([*command, str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("tiffin-*.whl")
    assert wheel.stat().st_size <= LARGEST
    names = zipfile.ZipFile(wheel).namelist()
    assert {"tiffin/operations.graphql", "tiffin/py.typed", "tiffin/convert/compare.py"} <= set(names)
    assert not [name for name in names if not name.startswith(("tiffin/", "tiffin-"))]
