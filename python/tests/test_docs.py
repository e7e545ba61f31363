"""What docs/python.md says, pasted block by block against the example of flights, and the notebook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "python/examples/first-model.ipynb"


def test_the_page_runs_as_it_is_pasted(client: object, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), names)
    printed = capsys.readouterr().out.splitlines()
    assert re.match(r"tiffin:default:model-version:my-delay@\d+ \d+\.\d+\.\d+\.\d+ \{'auc'", printed[0])
    assert printed[1:3] == ["True", "APPROVED"]
    assert printed[3].split()[0] in ("LATE", "ON_TIME")
    assert printed[-1] == "spine.timestampColumn ['origin', 'destination', 'departure', 'distance', 'hour', 'late']"


def test_the_notebook_runs_whole(client: object) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    shown = [output["data"] for output in outputs if output.output_type == "execute_result"]
    html = [data["text/html"] for data in shown if "text/html" in data]
    assert any("training set" in one for one in html) and any("model version" in one for one in html)
    # A notebook that shows no page of its own works without HTML as well.
    assert all("text/plain" in data for data in shown)
