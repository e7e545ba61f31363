"""Models as people train and export them: one folder with a `.onnx` and a `.json` of rows and answers for each.

Usage: make_models.py <folder>. The answers are ONNX Runtime's in Python, one row at a time.
"""
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import onnxruntime as ort
from lightgbm import LGBMClassifier, LGBMRegressor
from onnxmltools.convert import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as MlFloat
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    AdaBoostClassifier, BaggingRegressor, ExtraTreesClassifier, GradientBoostingClassifier, GradientBoostingRegressor,
    HistGradientBoostingClassifier, HistGradientBoostingRegressor, IsolationForest, RandomForestClassifier,
    RandomForestRegressor, StackingClassifier, VotingClassifier,
)
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, PoissonRegressor, SGDClassifier
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, RobustScaler, StandardScaler
from sklearn.impute import SimpleImputer
from sklearn.decomposition import PCA
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from xgboost import XGBClassifier, XGBRegressor

warnings.filterwarnings("ignore")
FEATURES, ROWS, PROBES = 6, 400, 12
random = np.random.default_rng(7)
X = random.normal(size=(ROWS, FEATURES)).astype(np.float32)
margin = X @ np.arange(1, FEATURES + 1) / 4 + X[:, 0] * X[:, 1]
binary = (margin > 0).astype(np.int64)
three = np.digitize(margin, [-1.5, 1.5]).astype(np.int64)
number = (margin + random.normal(size=ROWS) / 10).astype(np.float32)
probes = random.normal(size=(PROBES, FEATURES)).astype(np.float32)


def sklearn(model, target, x=X, kind=FloatTensorType, options=None):
    model.fit(x, target)
    return to_onnx(model, initial_types=[("X", kind([None, x.shape[1]]))], options=options), {"X": probes}


def doubles(model, target):
    """Declared as double where the operator gives float, which ONNX Runtime refuses: the trainer itself is the judge."""
    rows = probes.astype(np.float64)
    onnx, _ = sklearn(model, target, X.astype(np.float64), DoubleTensorType)
    return onnx, {"X": rows}, model.predict(rows)


def unknown_width():
    """A tree whose file does not say how many features it takes."""
    model = DecisionTreeClassifier(max_depth=5).fit(X, binary)
    return to_onnx(model, initial_types=[("X", FloatTensorType([None, None]))]), {"X": probes}


def xgboost(model, target):
    return convert_xgboost(model.fit(X, target), initial_types=[("X", MlFloat([None, FEATURES]))]), {"X": probes}


def lightgbm(model, target, **more):
    return convert_lightgbm(model.fit(X, target), initial_types=[("X", MlFloat([None, FEATURES]))], **more), {"X": probes}


def catboost(model, target):
    from catboost.utils import convert_to_onnx_object
    return convert_to_onnx_object(model.fit(X, target)), {"features": probes}


def mixed():
    """Columns of their own types: numbers, a category, a whole number."""
    import pandas as pd
    colour = random.choice(["red", "green", "blue"], size=ROWS)
    table = pd.DataFrame({"amount": X[:, 0], "colour": colour, "count": random.integers(0, 9, size=ROWS)})
    table.loc[::7, "amount"] = np.nan
    pipeline = make_pipeline(
        ColumnTransformer([
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["amount"]),
            ("words", OneHotEncoder(handle_unknown="ignore"), ["colour"]),
            ("counts", "passthrough", ["count"]),
        ]),
        LogisticRegression(),
    ).fit(table, binary)
    types = [("amount", FloatTensorType([None, 1])), ("colour", StringTensorType([None, 1])), ("count", Int64TensorType([None, 1]))]
    feeds = {
        "amount": np.array([[np.nan if i % 5 == 0 else i / 3] for i in range(PROBES)], dtype=np.float32),
        "colour": np.array([[["red", "blue", "pink"][i % 3]] for i in range(PROBES)], dtype=object),
        "count": np.array([[i] for i in range(PROBES)], dtype=np.int64),
    }
    return to_onnx(pipeline, initial_types=types), feeds


def window():
    """A window of 50 moments with 60 values each, as one input."""
    from skl2onnx.common.data_types import FloatTensorType as F
    import onnx
    from onnx import helper, TensorProto, numpy_helper
    weights = random.normal(size=(3000, 1)).astype(np.float32) / 50
    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["window"], ["flat"], axis=1),
            helper.make_node("Gemm", ["flat", "weights", "bias"], ["margin"]),
            helper.make_node("Sigmoid", ["margin"], ["score"]),
        ],
        "window",
        [helper.make_tensor_value_info("window", TensorProto.FLOAT, [None, 50, 60])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, [None, 1])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(np.zeros(1, dtype=np.float32), "bias")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model, {"window": random.normal(size=(PROBES, 50, 60)).astype(np.float32)}


def catboosts():
    from catboost import CatBoostClassifier, CatBoostRegressor
    quiet = {"iterations": 20, "depth": 4, "verbose": False, "allow_writing_files": False}
    return {
        "catboost-classifier": lambda: catboost(CatBoostClassifier(**quiet), binary),
        "catboost-regressor": lambda: catboost(CatBoostRegressor(**quiet), number),
        "catboost-three-classes": lambda: catboost(CatBoostClassifier(loss_function="MultiClass", **quiet), three),
    }


MODELS = {
    "linear-regression": lambda: sklearn(LinearRegression(), number),
    "elastic-net": lambda: sklearn(ElasticNet(alpha=0.01), number),
    "poisson-regression": lambda: sklearn(PoissonRegressor(), np.abs(number)),
    "logistic-regression": lambda: sklearn(LogisticRegression(), binary),
    "logistic-three-classes": lambda: sklearn(LogisticRegression(), three),
    "logistic-text-labels": lambda: sklearn(LogisticRegression(), np.array(["no", "yes"])[binary]),
    "sgd-classifier": lambda: sklearn(SGDClassifier(loss="log_loss"), binary),
    "naive-bayes": lambda: sklearn(GaussianNB(), binary),
    "svc": lambda: sklearn(SVC(probability=True), binary),
    "svr": lambda: sklearn(SVR(), number),
    "knn-classifier": lambda: sklearn(KNeighborsClassifier(), binary),
    "knn-regressor": lambda: sklearn(KNeighborsRegressor(), number),
    "gaussian-process": lambda: sklearn(GaussianProcessRegressor(alpha=0.1), number[:60], X[:60]),
    "mlp-classifier": lambda: sklearn(MLPClassifier((16, 8), max_iter=200), binary),
    "mlp-regressor": lambda: sklearn(MLPRegressor(hidden_layer_sizes=(16,), max_iter=200), number),
    "decision-tree-classifier": lambda: sklearn(DecisionTreeClassifier(max_depth=5), binary),
    "decision-tree-regressor": lambda: sklearn(DecisionTreeRegressor(max_depth=5), number),
    "decision-tree-doubles": lambda: doubles(DecisionTreeRegressor(max_depth=5), number),
    "random-forest-classifier": lambda: sklearn(RandomForestClassifier(30, max_depth=6), binary),
    "random-forest-regressor": lambda: sklearn(RandomForestRegressor(30, max_depth=6), number),
    "random-forest-doubles": lambda: doubles(RandomForestRegressor(30, max_depth=6), number),
    "random-forest-classifier-doubles": lambda: (
        sklearn(RandomForestClassifier(30, max_depth=6), three, X.astype(np.float64), DoubleTensorType)[0], {"X": probes.astype(np.float64)}
    ),
    "tree-of-unknown-width": lambda: unknown_width(),
    "extra-trees": lambda: sklearn(ExtraTreesClassifier(30, max_depth=6), three),
    "gradient-boosting-classifier": lambda: sklearn(GradientBoostingClassifier(n_estimators=30), binary),
    "gradient-boosting-regressor": lambda: sklearn(GradientBoostingRegressor(n_estimators=30), number),
    "gradient-boosting-doubles": lambda: doubles(GradientBoostingRegressor(n_estimators=30), number),
    "hist-gradient-boosting-classifier": lambda: sklearn(HistGradientBoostingClassifier(max_iter=30), binary),
    "hist-gradient-boosting-regressor": lambda: sklearn(HistGradientBoostingRegressor(max_iter=30), number),
    "ada-boost": lambda: sklearn(AdaBoostClassifier(n_estimators=20), binary),
    "bagging": lambda: sklearn(BaggingRegressor(n_estimators=10), number),
    "isolation-forest": lambda: isolation(30),
    "voting": lambda: sklearn(VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())], voting="soft", flatten_transform=False), binary),
    "stacking": lambda: sklearn(StackingClassifier([("a", DecisionTreeClassifier(max_depth=3)), ("b", GaussianNB())]), binary),
    "pipeline-scaler-pca-logistic": lambda: sklearn(make_pipeline(StandardScaler(), PCA(4), LogisticRegression()), binary),
    "pipeline-polynomial": lambda: sklearn(make_pipeline(RobustScaler(), PolynomialFeatures(2), LinearRegression()), number),
    "multi-output-regressor": lambda: sklearn(MultiOutputRegressor(LinearRegression()), np.c_[number, -number]),
    "multi-output-classifier": lambda: sklearn(MultiOutputClassifier(LogisticRegression()), np.c_[binary, three]),
    "multi-output-classifier-plain": lambda: sklearn(MultiOutputClassifier(LogisticRegression()), np.c_[binary, three], options={"zipmap": False}),
    "zip-map-columns": lambda: sklearn(LogisticRegression(), three, options={"zipmap": "columns"}),
    "mixed-columns": mixed,
    "xgboost-classifier": lambda: xgboost(XGBClassifier(n_estimators=30, max_depth=4), binary),
    "xgboost-three-classes": lambda: xgboost(XGBClassifier(n_estimators=20, max_depth=3), three),
    "xgboost-regressor": lambda: xgboost(XGBRegressor(n_estimators=30, max_depth=4), number),
    "lightgbm-classifier": lambda: lightgbm(LGBMClassifier(n_estimators=30, verbose=-1), binary),
    "lightgbm-three-classes": lambda: lightgbm(LGBMClassifier(n_estimators=20, verbose=-1), three),
    "lightgbm-regressor": lambda: lightgbm(LGBMRegressor(n_estimators=30, verbose=-1), number),
    "lightgbm-split": lambda: lightgbm(LGBMRegressor(n_estimators=30, verbose=-1), number, split=10),
    "window": window,
}


def isolation(trees):
    return to_onnx(IsolationForest(n_estimators=trees, random_state=7).fit(X), X[:1], target_opset={"": 17, "ai.onnx.ml": 3}), {"X": probes}


def written(value):
    """A value as JSON holds it; NaN and the infinities as text."""
    if isinstance(value, (str, bool, np.bool_)):
        return value if isinstance(value, str) else bool(value)
    return int(value) if isinstance(value, np.integer) else float(value) if np.isfinite(value) else str(float(value)).replace("nan", "NaN").replace("inf", "Infinity")


def flat(output):
    if isinstance(output, list):
        return [written(value) for item in output for value in (item.values() if isinstance(item, dict) else np.asarray(item).ravel())]
    return [written(value) for value in np.asarray(output).ravel()]


def save(folder, name, make):
    made, feeds, *judged = make()
    data = made.SerializeToString()
    names = [output.name for output in made.graph.output]
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"]) if not judged else None
    rows = []
    for i in range(PROBES):
        row = {key: value[i : i + 1] for key, value in feeds.items()}
        answers = session.run(None, row) if session else [judged[0][i : i + 1]]
        rows.append({
            "inputs": {key: {"shape": list(value.shape), "data": [written(v) for v in value.ravel()]} for key, value in row.items()},
            "outputs": {key: flat(answer) for key, answer in zip(names, answers)},
        })
    (folder / f"{name}.onnx").write_bytes(data)
    (folder / f"{name}.json").write_text(json.dumps({"runtime": ort.__version__, "rows": rows}))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    failed = {}
    for name, make in {**MODELS, **catboosts()}.items():
        if len(sys.argv) > 2 and name not in sys.argv[2:]:
            continue
        try:
            save(target, name, make)
        except Exception as error:  # what a trainer cannot export is no fault of ours; the test says how many there are
            failed[name] = f"{type(error).__name__}: {error}"[:300]
    json.dump(failed, sys.stdout)
