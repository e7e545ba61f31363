"""Models that people train every day, each as ONNX beside itself."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy
import pandas
import pyarrow
import pyarrow.parquet
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from xgboost import XGBClassifier, XGBRegressor

import tiffin
from tiffin.convert import convert
from tiffin.convert.evaluation import evaluate

random = numpy.random.default_rng(3)
NAMES = ["card__spent", "card__visits", "amount", "hour"]
#: Sixteenths lie far enough from each other that float32 moves none across a threshold.
FRAME = pandas.DataFrame((random.normal(size=(400, 4)) * 16).round() / 16, columns=NAMES)
MARGIN = FRAME["card__spent"] + FRAME["amount"] * FRAME["hour"]
BINARY = (MARGIN > 0).astype(int)
THREE = pandas.cut(MARGIN, [-99, -1, 1, 99], labels=["low", "middle", "high"]).astype(str)
MIXED = FRAME.assign(channel=random.choice(["web", "shop", "phone"], 400), count=random.integers(0, 9, 400))


def mixed() -> Any:
    steps = [
        ("words", OneHotEncoder(handle_unknown="ignore"), ["channel"]),
        ("numbers", StandardScaler(), [*NAMES, "count"]),
    ]
    return make_pipeline(ColumnTransformer(steps), LogisticRegression())


EVERYDAY = {
    "scaler and logistic regression": (make_pipeline(StandardScaler(), LogisticRegression()), FRAME, BINARY),
    "random forest": (RandomForestClassifier(20), FRAME, BINARY),
    "gradient boosting": (GradientBoostingClassifier(n_estimators=20), FRAME, BINARY),
    "neural net": (MLPClassifier((8,), max_iter=50), FRAME, BINARY),
    "calibrated": (CalibratedClassifierCV(LogisticRegression()), FRAME, BINARY),
    "histogram gradient boosting": (HistGradientBoostingClassifier(max_iter=20), FRAME, BINARY),
    "XGBoost on named columns": (XGBClassifier(n_estimators=20), FRAME, BINARY),
    "XGBoost on an array": (XGBClassifier(n_estimators=20), FRAME.to_numpy(), BINARY),
    "LightGBM on named columns": (LGBMClassifier(n_estimators=20, verbose=-1), FRAME, BINARY),
    "text and numbers": (mixed(), MIXED, BINARY),
    "histogram gradient boosting of three classes": (HistGradientBoostingClassifier(max_iter=5), FRAME, THREE),
    "histogram gradient boosting in a pipeline": (
        make_pipeline(StandardScaler(), HistGradientBoostingClassifier(max_iter=5)), FRAME, BINARY),
    "XGBoost in a pipeline": (make_pipeline(StandardScaler(), XGBClassifier(n_estimators=5)), FRAME, BINARY),
    "histogram gradient boosting of a number": (HistGradientBoostingRegressor(max_iter=5), FRAME, MARGIN),
    "XGBoost of a number": (XGBRegressor(n_estimators=5), FRAME, MARGIN),
    "LightGBM of a number": (LGBMRegressor(n_estimators=5, verbose=-1), FRAME, MARGIN),
    "linear regression": (LinearRegression(), FRAME, MARGIN),
}  # fmt: skip


@pytest.mark.parametrize("name", EVERYDAY)
@pytest.mark.filterwarnings("ignore")
def test_answers_as_its_trainer_does(name: str) -> None:
    model, rows, target = EVERYDAY[name]
    model.fit(rows, target)
    made = convert(model, rows)
    assert made.comparison is not None and made.comparison.rows == 400
    assert made.comparison.largest <= 1e-5
    assert len(made.golden) == 32
    # The trained model is as it was: names are changed on a copy.
    if hasattr(rows, "columns"):
        assert list(model.feature_names_in_) == list(rows.columns)


@pytest.mark.parametrize("trees", [XGBClassifier(n_estimators=20), HistGradientBoostingClassifier(max_iter=20)])
def test_counts_in_doubles_before_trees_where_float32_would_move_rows(trees: Any) -> None:
    rows = pandas.DataFrame(random.normal(size=(400, 4)), columns=NAMES)
    model = make_pipeline(StandardScaler(), trees).fit(rows, (rows.sum(axis=1) > 0).astype(int))
    made = convert(model, rows)
    assert made.comparison is not None and made.comparison.largest <= 1e-5
    assert made.golden[0]["inputs"][0]["dtype"] == "float64"


def test_writes_the_names_of_the_columns_into_the_file() -> None:
    import onnx

    made = convert(XGBClassifier(n_estimators=2).fit(FRAME, BINARY), FRAME)
    (entry,) = onnx.load_from_string(made.content).metadata_props
    assert (entry.key, entry.value) == ("tiffin.columns", '["card__spent", "card__visits", "amount", "hour"]')


def test_takes_the_columns_by_their_names_not_their_places() -> None:
    model = LogisticRegression().fit(FRAME, BINARY)
    shuffled = FRAME[["hour", "amount", "card__visits", "card__spent"]]
    assert convert(model, shuffled).columns == NAMES


def test_leaves_out_rows_with_missing_values_where_the_model_refuses_them() -> None:
    model = LogisticRegression().fit(FRAME, BINARY)
    holes = FRAME.copy()
    holes.iloc[::10, 1] = numpy.nan
    comparison = convert(model, holes).comparison
    assert comparison is not None and (comparison.rows, comparison.left_out) == (360, 40)


def test_compares_rows_with_missing_values_where_the_model_takes_them() -> None:
    holes = FRAME.copy()
    holes.iloc[::10, 1] = numpy.nan
    comparison = convert(HistGradientBoostingClassifier(max_iter=5).fit(holes, BINARY), holes).comparison
    assert comparison is not None and (comparison.rows, comparison.left_out) == (400, 0)


def test_refuses_a_category_that_its_converter_reads_as_a_number() -> None:
    """skl2onnx takes splits on categories for thresholds; the comparison finds it out."""
    rows = pandas.DataFrame({"kind": random.integers(0, 8, 400).astype(float), "amount": FRAME["amount"]})
    target = rows["kind"].isin([1, 4, 6]).astype(int)
    model = HistGradientBoostingClassifier(categorical_features=[0]).fit(rows, target)
    with pytest.raises(tiffin.TiffinError) as refused:
        convert(model, rows)
    assert refused.value.field == "model" and refused.value.hint


def test_asks_for_what_it_needs() -> None:
    model = LogisticRegression().fit(FRAME, BINARY)
    for given, field in (
        ((object(), FRAME), "model"),
        ((model, None), "rows"),
        (("no-such-file.onnx", FRAME), "model"),
    ):
        with pytest.raises(tiffin.InvalidInputError) as refused:
            convert(*given)
        assert refused.value.field == field


def test_says_of_a_model_without_a_converter_what_to_do() -> None:
    class Odd:
        n_features_in_ = 4

        def predict(self, rows: Any) -> Any:
            return numpy.zeros(len(rows))

    with pytest.raises(tiffin.ConversionError) as refused:
        convert(Odd(), FRAME)
    assert "Odd cannot be written as ONNX" in str(refused.value)
    assert "original=" in str(refused.value.hint)


def test_refuses_trees_whose_thresholds_float32_cannot_tell_apart() -> None:
    """Milliseconds since 1970: the trainer compares them as doubles."""
    times = pandas.DataFrame({"at": 1.7e12 + numpy.arange(400.0) * 1000, "amount": FRAME["amount"]})
    model = LGBMClassifier(n_estimators=20, verbose=-1, min_child_samples=1).fit(times, random.integers(0, 2, 400))
    with pytest.raises(tiffin.ModelDiffersError) as refused:
        convert(model, times)
    assert "float32" in str(refused.value.hint)
    assert convert(model, times, tolerance=1).comparison is not None


def test_names_all_rows_that_differ_however_they_are_made() -> None:
    """An ONNX of another model: every row that differs is counted, the worst come first."""
    model = LogisticRegression().fit(FRAME, BINARY)
    other = LogisticRegression(C=0.5).fit(FRAME, BINARY)
    with pytest.raises(tiffin.ModelDiffersError) as refused:
        convert(convert(other, FRAME).content, FRAME, original=model)
    apart = numpy.abs(model.predict_proba(FRAME)[:, 1] - other.predict_proba(FRAME)[:, 1])
    assert refused.value.details["wrong"] == int((apart > 1e-5).sum())
    assert refused.value.rows[0].row == int(apart.argmax())
    assert refused.value.rows[0].difference == pytest.approx(apart.max(), rel=1e-4)


def test_evaluates_as_scikit_learn_does() -> None:
    from sklearn.metrics import (
        accuracy_score,
        brier_score_loss,
        log_loss,
        r2_score,
        roc_auc_score,
        root_mean_squared_error,
    )

    model = LogisticRegression().fit(FRAME, BINARY)
    found = evaluate(convert(model, FRAME), model, FRAME, BINARY).metrics
    score = model.predict_proba(FRAME)[:, 1]
    assert found["auc"] == pytest.approx(roc_auc_score(BINARY, score), abs=1e-6)
    assert found["brier"] == pytest.approx(brier_score_loss(BINARY, score), abs=1e-6)
    assert found["log_loss"] == pytest.approx(log_loss(BINARY, score), abs=1e-6)
    assert found["accuracy"] == accuracy_score(BINARY, model.predict(FRAME))

    three = LogisticRegression().fit(FRAME, THREE)
    found = evaluate(convert(three, FRAME), three, FRAME, THREE).metrics
    assert found["accuracy"] == accuracy_score(THREE, three.predict(FRAME))
    assert found["log_loss"] == pytest.approx(log_loss(THREE, three.predict_proba(FRAME)), abs=1e-6)

    line = LinearRegression().fit(FRAME, MARGIN)
    found = evaluate(convert(line, FRAME), line, FRAME, MARGIN).metrics
    assert found["r2"] == pytest.approx(r2_score(MARGIN, line.predict(FRAME)), abs=1e-6)
    assert found["rmse"] == pytest.approx(root_mean_squared_error(MARGIN, line.predict(FRAME)), abs=1e-6)


def test_keeps_each_row_of_an_evaluation_so_that_it_can_be_computed_again() -> None:
    model = HistGradientBoostingClassifier(max_iter=5).fit(FRAME, BINARY)
    rows = FRAME.head(4).copy()
    rows.iloc[2, 0] = numpy.nan
    regions = pandas.DataFrame({"region": ["north", "south", "north", "south"]})
    made = convert(model, FRAME)
    head, *lines = [
        json.loads(line) for line in evaluate(made, model, rows, BINARY.head(4), regions).content.split(b"\n")
    ]
    want = {
        "format": "tiffin.evaluation/1",
        "task": "BINARY",
        "output": "probabilities",
        "column": 1,
        "protected": ["region"],
    }
    assert head == want
    assert [line["label"] for line in lines] == BINARY.head(4).tolist()
    assert lines[0]["inputs"] == {"features": FRAME.iloc[0].tolist()}
    assert lines[2]["inputs"]["features"][0] == "NaN"
    assert [line["attributes"]["region"] for line in lines] == regions["region"].tolist()
    assert [line["score"] for line in lines] == pytest.approx(model.predict_proba(rows)[:, 1], abs=1e-6)


def test_writes_the_same_evaluation_as_parquet() -> None:
    model = HistGradientBoostingClassifier(max_iter=5).fit(FRAME, BINARY)
    rows = FRAME.head(4).copy()
    rows.iloc[2, 0] = numpy.nan
    regions = pandas.DataFrame({"region": ["north", "south", "north", "south"]})
    made = convert(model, FRAME)
    head, *lines = [
        json.loads(line) for line in evaluate(made, model, rows, BINARY.head(4), regions).content.split(b"\n")
    ]
    file = evaluate(made, model, rows, BINARY.head(4), regions, format="parquet")
    table = pyarrow.parquet.read_table(pyarrow.BufferReader(file.content))
    assert json.loads(table.schema.metadata[b"tiffin.evaluation"]) == head
    assert table.column_names == ["inputs", "label", "score", "attributes"]
    found = table.to_pylist()
    assert math.isnan(found[2]["inputs"]["features"][0])
    found[2]["inputs"]["features"][0] = "NaN"
    assert found == lines
    plain = evaluate(made, model, rows, BINARY.head(4), format="parquet")
    assert "attributes" not in pyarrow.parquet.read_schema(pyarrow.BufferReader(plain.content)).names


@pytest.mark.parametrize(
    ("labels", "attributes"),
    [([0, 1], None), ([], None), ([0, 1, 2, 0], None), ([0, 1, 0, 1], ["a", "b", "a", "b"])],
)
def test_refuses_labels_and_attributes_that_do_not_fit(labels: list[int], attributes: Any) -> None:
    model = LogisticRegression().fit(FRAME, BINARY)
    with pytest.raises(tiffin.InvalidInputError) as refused:
        evaluate(convert(model, FRAME), model, FRAME.head(4), labels, attributes)
    assert refused.value.field == "evaluate"
