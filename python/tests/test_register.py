"""Models: from their trainer to an approved version, through a running install."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from lightgbm import LGBMClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier

import tiffin

COLUMNS = ["amount", "card__spent", "card__visits"]


def test_registers_what_the_model_answers_with_where_it_comes_from(
    client: tiffin.Client, training_set: tiffin.TrainingSet, frame: Any
) -> None:
    train, test = frame.head(450), frame.tail(150)
    model = HistGradientBoostingClassifier(max_iter=20).fit(train[COLUMNS], train["fraud"])
    version = client.register(
        "payments",
        model,
        training_set=training_set,
        evaluate=(test[COLUMNS], test["fraud"]),
        owner="risk",
        tags=["candidate"],
        description="first",
        code_commit="abc123",
    )
    assert (version.state, version.owner, version.tags) == ("DRAFT", "risk", ["candidate"])
    assert version.algorithm == "sklearn.HistGradientBoostingClassifier"
    assert version.hyper_parameters["max_iter"] == 20
    assert version.training_set is not None and version.training_set.id == training_set.id
    assert version.feature_service == training_set.service
    assert (version.golden_origin, version.golden_rows) == ("SUBMITTER", 32)
    assert [(one.name, one.shape) for one in version.inputs] == [("features", [-1, 3])]
    assert 0.5 < version.claimed_metrics["auc"] <= 1
    assert version.evaluation is not None

    submitted = client.submit(version)
    assert submitted.state == "SUBMITTED"
    validation = client.validate(version)
    assert validation.passed, validation.gates
    assert validation.version.state == "VALIDATED"
    with pytest.raises(tiffin.ForbiddenError) as refused:
        client.approve(version)
    assert refused.value.details["rule"] == "G2"
    with client.as_user("approver") as approver:
        assert approver.approve(version, "evaluation read").state == "APPROVED"
    assert client.model_version(version.id).state == "APPROVED"
    with pytest.raises(tiffin.NotFoundError, match="there is no payments@999"):
        client.model_version("payments@999")
    shown = validation._repr_html_() + version._repr_html_()
    assert "goldenRows" in shown and "probabilities" in shown


def test_brings_an_evaluation_from_which_gates_compute_quality_and_fairness_again(
    client: tiffin.Client, training_set: tiffin.TrainingSet, frame: Any
) -> None:
    model = LogisticRegression().fit(frame[COLUMNS], frame["fraud"])
    judged = (frame[COLUMNS], frame["fraud"], frame[["channel"]])
    version = client.register(
        "judged", model, training_set=training_set, rows=frame, evaluate=judged, fields={"riskTier": "HIGH"}
    )
    client.submit(version)
    gates = {gate.gate: gate for gate in client.validate(version).gates}
    assert gates["evaluation"].passed and gates["quality.rocAuc"].passed
    assert f"{version.claimed_metrics['auc']:.4f}" in gates["quality.rocAuc"].detail
    assert "fairness.fourFifths.channel" in gates


def test_brings_the_same_evaluation_as_parquet(
    client: tiffin.Client, training_set: tiffin.TrainingSet, frame: Any
) -> None:
    model = LogisticRegression().fit(frame[COLUMNS], frame["fraud"])
    judged = (frame[COLUMNS], frame["fraud"], frame[["channel"]])
    found = []
    for format in ("jsonl", "parquet"):
        version = client.register(
            f"judged_{format}",
            model,
            training_set=training_set,
            rows=frame,
            evaluate=judged,
            evaluation_format=format,
            fields={"riskTier": "HIGH"},
        )
        client.submit(version)
        gates = {gate.gate: gate for gate in client.validate(version).gates}
        assert gates["evaluation"].passed, gates["evaluation"].detail
        found.append([gate.detail for name, gate in gates.items() if name.startswith(("quality.", "fairness."))])
    assert found[0] == found[1] and len(found[0]) > 3
    with pytest.raises(tiffin.InvalidInputError) as refused:
        client.register("judged", model, rows=frame, evaluate=judged, evaluation_format="csv")  # type: ignore[arg-type]
    assert refused.value.field == "evaluation_format" and refused.value.allowed == ["jsonl", "parquet"]


def test_registers_nothing_where_the_onnx_answers_otherwise(
    client: tiffin.Client, training_set: tiffin.TrainingSet, frame: Any
) -> None:
    """Milliseconds since 1970 need more digits than float32 has, so rows fall to the other side of a threshold."""
    seconds = (frame["timestamp"] - frame["timestamp"].min()).dt.total_seconds()
    rows = frame.assign(at=1.7e12 + seconds * 1000)[["at", "amount"]]
    random = numpy.random.default_rng(2)
    model = LGBMClassifier(verbose=-1, min_child_samples=1).fit(rows, random.integers(0, 2, len(rows)))
    with pytest.raises(tiffin.ModelDiffersError) as refused:
        client.register("differs", model, training_set=training_set, rows=rows)
    error = refused.value
    assert error.field == "model" and error.allowed == {"tolerance": 1e-5}
    first = error.rows[0]
    assert model.predict_proba(rows.iloc[[first.row]])[0].tolist() == first.model
    assert first.difference == max(abs(want - got) for want, got in zip(first.model, first.onnx, strict=True)) > 1e-5
    assert f"rows {first.row} by {first.difference:.3g}" in str(error)
    asked = "{ models(first: 100) { edges { node { name } } } }"
    assert "differs" not in [edge["node"]["name"] for edge in client.graphql(asked)["models"]["edges"]]


def test_registers_a_pipeline_that_counts_in_doubles_and_its_engines_reproduce_it(
    client: tiffin.Client, training_set: tiffin.TrainingSet, frame: Any
) -> None:
    model = make_pipeline(StandardScaler(), XGBClassifier(n_estimators=20)).fit(frame[COLUMNS], frame["fraud"])
    version = client.register("pipeline", model, training_set=training_set)
    assert version.inputs[0].dtype == "float64"
    client.submit(version)
    validation = client.validate(version)
    assert validation.passed, validation.gates


def test_finds_the_columns_of_an_array_among_the_features(
    client: tiffin.Client, training_set: tiffin.TrainingSet, frame: Any
) -> None:
    model = LogisticRegression().fit(frame[training_set.features].to_numpy(), frame["fraud"])
    version = client.register("by-array", model, training_set=training_set)
    assert version.inputs[0].shape == [-1, 2]


def test_takes_an_onnx_file_and_compares_it_with_its_original(
    client: tiffin.Client, training_set: tiffin.TrainingSet, frame: Any, tmp_path: Any
) -> None:
    from skl2onnx import to_onnx

    features = frame[training_set.features]
    model = LogisticRegression().fit(features, frame["fraud"])
    other = LogisticRegression(C=1e-4).fit(features, frame["amount"] > 90)
    file = tmp_path / "mine.onnx"
    file.write_bytes(
        to_onnx(model, features.to_numpy(numpy.float32)[:1], options={"zipmap": False}).SerializeToString()
    )
    assert client.register("from-file", file, original=model, training_set=training_set).golden_rows == 32
    with pytest.raises(tiffin.ModelDiffersError):
        client.register("from-file", file, original=other, training_set=training_set)
    assert client.register("alone", file.read_bytes()).golden_origin == "SELF"
    judged = client.register("alone", file.read_bytes(), evaluate=(features, frame["fraud"]))
    assert judged.claimed_metrics["accuracy"] == (model.predict(features) == frame["fraud"]).mean()


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"columns": ["amount"]}, "columns"),
        ({"columns": ["amount", "nothing"]}, "rows"),
        ({"tolerance": -1}, "tolerance"),
        ({"evaluate": 5}, "evaluate"),
        ({"evaluate": ([[1.0, 2.0]], [0, 1])}, "evaluate"),
        ({"version": "one"}, "version"),
        ({"fields": {"version": "two"}}, "version"),
    ],
)
def test_says_which_argument_is_wrong(
    client: tiffin.Client, training_set: tiffin.TrainingSet, frame: Any, options: dict[str, Any], field: str
) -> None:
    model = LogisticRegression().fit(frame[training_set.features].to_numpy(), frame["fraud"])
    with pytest.raises(tiffin.InvalidInputError) as refused:
        client.register("wrong", model, training_set=training_set, **options)
    assert refused.value.field == field
