"""Predictions, outcomes, features and events, through a running install and its edge."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

import pandas
import pytest
from conftest import PUSHED
from sklearn.linear_model import LogisticRegression

import tiffin

T = TypeVar("T")
#: A name that no earlier run on the same install has taken.
ENDPOINT = f"risk-{uuid.uuid4().hex[:8]}"
RECIPE_INPUTS = [{"name": "card", "dtype": "STRING"}, {"name": "amount", "dtype": "FLOAT64"}]


def eventually(look: Callable[[], T]) -> T:
    """What happens by itself within some seconds."""
    end = time.monotonic() + 60
    while True:
        try:
            return look()
        except (tiffin.TiffinError, AssertionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="module")
def model(frame: Any) -> LogisticRegression:
    return LogisticRegression().fit(frame[["amount", "card__spent", "card__visits"]], frame["fraud"])


@pytest.fixture(scope="module")
def endpoint(client: tiffin.Client, training_set: tiffin.TrainingSet, model: LogisticRegression) -> str:
    version = client.register("risk", model, training_set=training_set, rows=training_set.to_pandas())
    client.submit(version)
    assert client.validate(version).passed
    with client.as_user("approver") as approver:
        approver.approve(version, environments=["staging"])
    assert version.feature_service is not None
    recipe = {
        "inputs": RECIPE_INPUTS,
        "entities": [{"joinKey": "card_id", "input": "card"}],
        "features": {"service": version.feature_service.id},
        "models": [
            {
                "version": version.id,
                "inputs": [{"tensor": "features", "columns": ["amount", "card__spent", "card__visits"]}],
                "score": {"tensor": "probabilities", "index": 1},
            }
        ],
        "budgets": {"featuresMs": 5000, "totalMs": 10000},
    }
    client.graphql(
        """mutation ($endpoint: String!, $id: ID!) { createEndpoint(input: { name: $endpoint }) { eventCursor }
          createDeployment(input: { endpoint: $id, environment: "staging" }) { eventCursor } }""",
        endpoint=ENDPOINT,
        id=ENDPOINT,
    )
    made = client.graphql(
        """mutation ($deployment: ID!, $recipe: JSON!) {
          createRelease(input: { deployment: $deployment, recipe: $recipe }) { release { id } } }""",
        deployment=f"{ENDPOINT}@staging",
        recipe=recipe,
    )
    client.graphql(
        """mutation ($deployment: ID!, $release: ID!) {
          promoteRelease(input: { deployment: $deployment, release: $release, reason: "try it" }) { applied } }""",
        deployment=f"{ENDPOINT}@staging",
        release=made["createRelease"]["release"]["id"],
    )
    return f"{ENDPOINT}@staging"


def test_answers_as_the_model_does_in_the_notebook(
    client: tiffin.Client, endpoint: str, model: LogisticRegression, frame: Any
) -> None:
    row = frame.iloc[0]
    found = eventually(lambda: client.predict(endpoint, {"card": row["card_id"], "amount": row["amount"]}))
    want = model.predict_proba(frame.iloc[[0]][["amount", "card__spent", "card__visits"]])[0, 1]
    assert found.score == pytest.approx(want, abs=1e-5)
    assert found.features["card__spent"].status == "PRESENT"
    shown = found._repr_html_()
    assert found.id in shown and "card__spent" in shown


def test_takes_a_frame_and_says_of_each_row_what_became_of_it(client: tiffin.Client, endpoint: str) -> None:
    rows = pandas.DataFrame({"card": ["c1", "c2", "c3"], "amount": [10.0, 20.0, 30.0]})
    eventually(lambda: client.predict(endpoint, {"card": "c1", "amount": 1.0}))
    found = client.predict_many(endpoint, [*rows.to_dict("records"), {"card": 7, "amount": 1.0}])
    scores = [one.score for one in found if isinstance(one, tiffin.Prediction)]
    assert len(scores) == 3 and len(set(scores)) == 3
    assert isinstance(found[3], tiffin.InvalidInputError) and found[3].field == "card" and "row 3" in str(found[3])
    assert [one.score for one in client.predict_many(endpoint, rows) if isinstance(one, tiffin.Prediction)] == scores


def test_asks_in_batches_past_what_one_takes(client: tiffin.Client, endpoint: str) -> None:
    eventually(lambda: client.predict(endpoint, {"card": "c1", "amount": 1.0}))
    found = client.predict_many(endpoint, [{"card": "c1", "amount": i / 10} for i in range(501)])
    scores = [one.score for one in found if isinstance(one, tiffin.Prediction)]
    assert len(scores) == 501 and scores == sorted(scores)


def test_says_what_happened_in_the_end(client: tiffin.Client, endpoint: str) -> None:
    found = eventually(lambda: client.predict(endpoint, {"card": "c1", "amount": 1.0}))
    assert client.outcome(found, 1) == tiffin.Pushed(accepted=1, rejected=[])
    asked = "query ($id: ID!) { prediction(id: $id) { outcome { value } } }"

    def stored() -> Any:
        prediction = client.graphql(asked, id=found.id)["prediction"]
        assert prediction is not None and prediction["outcome"] is not None
        return prediction["outcome"]["value"]

    assert eventually(stored) == 1


def test_names_the_input_that_is_wrong(client: tiffin.Client, endpoint: str) -> None:
    eventually(lambda: client.predict(endpoint, {"card": "c1", "amount": 1.0}))
    with pytest.raises(tiffin.InvalidInputError) as refused:
        client.predict(endpoint, {"card": "c1", "amount": "much"})
    assert refused.value.field == "amount" and refused.value.allowed


def test_reads_what_was_pushed(client: tiffin.Client, service: str) -> None:
    moment = datetime.now(timezone.utc) - timedelta(seconds=5)
    row = {"entity": {"card_id": "new"}, "eventTime": moment, "values": {"spent": 12.5, "visits": float("nan")}}
    wrong = {"entity": {"card_id": 5}, "eventTime": moment, "values": {"spent": 1.0, "visits": 1.0}}
    pushed = client.push("card", [row, wrong])
    assert pushed.accepted == 1
    assert [(one.index, one.code) for one in pushed.rejected] == [(1, "INVALID_INPUT")]
    found = client.online_features([{"card_id": "new"}, {"card_id": "nobody"}], service=service)
    assert [row.values["card__spent"] for row in found.rows] == [12.5, None]
    assert [row.statuses["card__visits"] for row in found.rows] == ["NULL_VALUE", "NOT_FOUND"]
    assert found.to_pandas()["card_id"].tolist() == ["new", "nobody"]
    assert "NOT_FOUND" in found._repr_html_()


def test_sends_events_as_a_frame_and_counts_bad_ones_from_0(client: tiffin.Client, service: str) -> None:
    events = pandas.DataFrame(
        {
            "card_id": ["e1", "e2"],
            "happened": [PUSHED + timedelta(minutes=1)] * 2,
            "spent": [1.5, 2.5],
            "visits": [1, 2],
        }
    )
    assert client.send_events("cards", events).accepted == 2
    partly = client.send_events("cards", [*events.to_dict("records"), {"card_id": "e3"}])
    assert [one.index for one in partly.rejected] == [2]
    found = client.online_features([{"card_id": "e1"}], service=service)
    assert found.rows[0].values["card__spent"] == 1.5
