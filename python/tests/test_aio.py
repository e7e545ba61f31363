"""The async client, through a running install."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from pathlib import Path

import pandas
import pytest
from sklearn.linear_model import LogisticRegression

import tiffin
from tiffin import aio


async def test_makes_a_training_set_and_registers_a_model(service: str, spine: pandas.DataFrame) -> None:
    async with aio.connect() as client:
        made = await client.training_set(spine, service=service)
        frame = await made.to_pandas()
        model = LogisticRegression().fit(frame[made.features], frame["fraud"])
        version = await client.register("by-aio", model, training_set=made)
        assert version.golden_rows == 32
        with pytest.raises(tiffin.NotFoundError):
            await client.model_version("by-aio@999")


async def test_asks_many_things_at_once(service: str, spine: pandas.DataFrame) -> None:
    async with aio.connect() as client:
        parts = [spine.iloc[i : i + 20] for i in range(0, 200, 20)]
        made = await asyncio.gather(*(client.training_set(part, service=service) for part in parts))
        assert [one.row_count for one in made] == [20] * 10
        assert len({one.id for one in made}) == 10


def test_has_the_verbs_of_the_sync_client_and_their_arguments() -> None:
    for name, verb in inspect.getmembers(tiffin.Client, inspect.isfunction):
        if name.startswith("_"):
            continue
        other = getattr(aio.AsyncClient, name)
        assert list(inspect.signature(other).parameters) == list(inspect.signature(verb).parameters), name
        assert inspect.iscoroutinefunction(other) == (name != "as_user"), name


def test_is_made_of_the_sync_client() -> None:
    script = Path(__file__).parents[1] / "make_aio.py"
    made = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
