"""Training sets, through a running install."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow
import pytest
from conftest import PUSHED

import tiffin

FEATURES = ["card__spent", "card__visits"]


def test_holds_the_rows_in_their_order_with_the_features_as_they_were(
    training_set: tiffin.TrainingSet, frame: Any, spine: pandas.DataFrame
) -> None:
    assert training_set.row_count == 600
    assert training_set.features == FEATURES
    assert training_set.labels == ["amount", "channel", "fraud"]
    assert training_set.keys == ["card_id"]
    assert frame["amount"].tolist() == spine["amount"].tolist()
    by_card = frame.groupby("card_id")["card__spent"].nunique()
    assert by_card.eq(1).all() and frame["card__spent"].notna().all()


def test_is_the_same_set_from_pandas_polars_arrow_a_list_and_a_file(
    client: tiffin.Client, service: str, spine: pandas.DataFrame, tmp_path: Path
) -> None:
    # Numbers of a list are FLOAT64, as JSON has one kind alone.
    rows = spine[["card_id", "timestamp", "amount"]].head(50)
    file = tmp_path / "rows.parquet"
    rows.to_parquet(file)
    forms = [
        rows,
        polars.from_pandas(rows),
        pyarrow.Table.from_pandas(rows, preserve_index=False),
        rows.to_dict("records"),
        file,
    ]
    made = [client.training_set(form, service=service) for form in forms]
    assert {one.content_hash for one in made} == {made[0].content_hash}


def test_comes_as_pandas_polars_arrow_and_the_bytes_that_the_graph_names(training_set: tiffin.TrainingSet) -> None:
    assert hashlib.sha256(training_set.to_parquet()).hexdigest() == training_set.sha256
    assert training_set.to_arrow().num_rows == training_set.to_polars().height == len(training_set.to_pandas()) == 600


def test_is_found_again_by_its_id(client: tiffin.Client, training_set: tiffin.TrainingSet, frame: Any) -> None:
    found = client.get_training_set(training_set.id)
    pandas.testing.assert_frame_equal(found.to_pandas(), frame)


def test_is_made_of_events_where_there_are_no_rows(client: tiffin.Client, service: str) -> None:
    made = client.training_set(
        service=service,
        view="card",
        start=PUSHED,
        end=PUSHED + timedelta(seconds=1),
        known_at="EVENT_TIME",
    )
    assert made.row_count == 40
    assert made.to_pandas()["card__spent"].notna().all()


def test_tells_how_far_it_is(client: tiffin.Client, service: str, spine: pandas.DataFrame) -> None:
    told: list[tuple[int, int]] = []
    client.training_set(spine.head(7), service=service, progress=lambda joined, of: told.append((joined, of)))
    assert told[-1] == (1, 1)


def test_gives_historical_features_in_one_call(client: tiffin.Client, service: str, spine: pandas.DataFrame) -> None:
    found = client.historical_features(spine.head(3), service=service)
    assert list(found.columns) == ["card_id", "timestamp", "amount", "channel", "fraud", *FEATURES]


@pytest.mark.parametrize(
    ("rows", "options", "field"),
    [
        (5, {}, "spine"),
        ([], {}, "spine"),
        ([{"card_id": "c1", "timestamp": "2026-01-01T00:00:00Z"}, 7], {}, "spine.1"),
        ([{"card_id": "c1", "timestamp": datetime(2026, 1, 1)}], {}, "spine"),
        ("no-such-file.parquet", {}, "spine"),
        (None, {}, "spine"),
        ([{"card_id": "c1"}], {"start": "2026-01-01T00:00:00Z"}, "spine"),
        ([{"card_id": "c1", "timestamp": "2026-01-01T00:00:00Z"}], {"timestamp": "asked_at"}, "spine.rows.0"),
        ([{"timestamp": "2026-01-01T00:00:00Z"}], {}, "spine"),
    ],
)
def test_says_which_field_is_wrong(
    client: tiffin.Client, service: str, rows: Any, options: dict[str, Any], field: str
) -> None:
    with pytest.raises(tiffin.InvalidInputError) as refused:
        client.training_set(rows, service=service, **options)
    assert refused.value.field is not None and refused.value.field.startswith(field)


def test_names_what_would_be_allowed(client: tiffin.Client, service: str, spine: pandas.DataFrame) -> None:
    with pytest.raises(tiffin.InvalidInputError) as refused:
        client.training_set(spine, service=service, timestamp="asked_at")
    assert refused.value.allowed == list(spine.columns)


def test_shows_itself_in_a_notebook_without_scripts(training_set: tiffin.TrainingSet) -> None:
    shown = training_set._repr_html_()
    assert training_set.id in shown and "card__spent" in shown and "<script" not in shown
