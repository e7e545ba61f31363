"""What the tests share: the install that runs, and tables of flights from its example."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy
import pandas
import pytest

import tiffin

#: The moment of the newest value that is pushed; all rows of the tests lie after it.
PUSHED = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(hours=1)


@pytest.fixture(scope="session")
def client() -> Iterator[tiffin.Client]:
    """A client of the install that TIFFIN_GRAPH_URL and TIFFIN_EDGE_URL name."""
    for name in ("TIFFIN_GRAPH_URL", "TIFFIN_EDGE_URL", "TIFFIN_KEY", "TIFFIN_USER"):
        if name not in os.environ:
            raise RuntimeError(f"{name} is not set: run `npm run interop -- test/interop/python-client.test.ts`")
    with tiffin.connect() as made:
        yield made


@pytest.fixture(scope="session")
def service(client: tiffin.Client, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A service over one view of 40 cards; values are known from PUSHED on."""
    folder = tmp_path_factory.mktemp("cards")
    random = numpy.random.default_rng(5)
    cards = pandas.DataFrame(
        {
            "card_id": [f"c{i}" for i in range(40)],
            "happened": PUSHED,
            "spent": random.normal(50, 20, 40),
            "visits": random.integers(0, 30, 40),
        }
    )
    path = folder / "cards.parquet"
    cards.to_parquet(path)
    client.graphql(
        """mutation ($path: String!) {
          defineEntity(input: { name: "card", joinKeys: [{ name: "card_id", dtype: STRING }] }) { eventCursor }
          defineSource(input: { name: "cards", path: $path, eventColumn: "happened" }) { eventCursor }
          defineFeatureView(input: { name: "card", entity: "card", source: "cards", ttlSeconds: 864000,
            features: [{ name: "spent" }, { name: "visits", dtype: FLOAT64 }] }) { eventCursor }
          defineFeatureService(input: { name: "payments", views: [{ view: "card" }] }) { eventCursor }
          materialize(input: { view: "card", waitMs: 20000 }) { materialization { state } }
        }""",
        path=str(path),
    )
    return "payments"


@pytest.fixture(scope="session")
def spine() -> pandas.DataFrame:
    """600 payments of these cards, with a label."""
    random = numpy.random.default_rng(11)
    amount = random.exponential(40, 600)
    return pandas.DataFrame(
        {
            "card_id": [f"c{i}" for i in random.integers(0, 40, 600)],
            "timestamp": [PUSHED + timedelta(seconds=int(i)) for i in range(600)],
            "amount": amount,
            "channel": random.choice(["web", "shop", "phone"], 600),
            "fraud": (amount + random.normal(0, 20, 600) > 60).astype(int),
        },
        # As after a filter: the index is no column.
        index=range(1000, 1600),
    )


@pytest.fixture(scope="session")
def training_set(client: tiffin.Client, service: str, spine: pandas.DataFrame) -> tiffin.TrainingSet:
    return client.training_set(spine, service=service)


@pytest.fixture(scope="session")
def frame(training_set: tiffin.TrainingSet) -> Any:
    return training_set.to_pandas()
