"""Trains, logs, registers, searches, downloads and is refused, as a trainer with MLflow's own client does."""
import json, logging, os, sys, tempfile, warnings

stdout, sys.stdout = sys.stdout, sys.stderr
warnings.filterwarnings("ignore")
asked = json.load(sys.stdin)
os.environ.update(
    TMPDIR=asked["folder"],
    HOME=asked["folder"],
    MLFLOW_TRACKING_URI=asked["url"],
    MLFLOW_TRACKING_USERNAME=asked["user"],
    MLFLOW_TRACKING_PASSWORD=asked["password"],
    MLFLOW_HTTP_REQUEST_MAX_RETRIES="0",
    MLFLOW_DISABLE_TELEMETRY="true",
    MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD="true",
    MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE="1",
)

import mlflow
import numpy as np
import onnx
from mlflow.exceptions import MlflowException
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

said = {"mlflow": mlflow.__version__}
client = mlflow.MlflowClient()


def refused(call):
    try:
        call()
    except MlflowException as error:
        return {"code": error.error_code, "message": str(error)}
    return None


def dense(width):
    """Keeps its weights in a file of their own, as MLflow saves ONNX models unless it is told otherwise."""
    weights = np.random.default_rng(7).normal(size=(width, 1)).astype(np.float32) / width
    nodes = [helper.make_node("MatMul", ["x", "w"], ["m"]), helper.make_node("Sigmoid", ["m"], ["score"])]
    graph = helper.make_graph(
        nodes,
        "dense",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", width])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["rows", 1])],
        [numpy_helper.from_array(weights, "w")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


rows = np.random.default_rng(1).normal(size=(200, 3)).astype(np.float32)
labels = (rows[:, 0] + rows[:, 1] > 0).astype(int)
logistic = to_onnx(LogisticRegression().fit(rows, labels), rows[:1])

mlflow.set_experiment("trials")
with mlflow.start_run(run_name="logistic", tags={"team": "risk"}) as run:
    mlflow.log_params({"c": 1.0, "solver": "lbfgs"})
    for step in range(3):
        mlflow.log_metric("auc", 0.5 + step / 10, step=step)
    mlflow.log_text("curve", "plots/roc.txt")
    mlflow.onnx.log_model(logistic, name="model", registered_model_name="fraud", pip_requirements=["onnx"])
said["run"] = run.info.run_id
said["history"] = [one.value for one in client.get_metric_history(run.info.run_id, "auc")]
found = mlflow.search_runs(experiment_names=["trials"], filter_string="metrics.auc > 0.6 and params.c = '1.0' and tags.team = 'risk'")
said["foundRuns"] = list(found["run_id"])
said["artifacts"] = [one.path for one in client.list_artifacts(run.info.run_id, "plots")]

with mlflow.start_run(run_name="dense") as second:
    info = mlflow.onnx.log_model(dense(1000), name="dense", pip_requirements=["onnx"])
version = mlflow.register_model(info.model_uri, "fraud", tags={"kind": "dense"})
said["second"] = {"version": version.version, "run": version.run_id, "status": version.status, "tags": version.tags}
said["third"] = mlflow.register_model(f"runs:/{run.info.run_id}/model", "fraud").version

client.set_registered_model_tag("fraud", "team", "risk")
client.update_registered_model("fraud", "Finds fraud")
client.set_model_version_tag("fraud", "2", "note", "good")
client.update_model_version("fraud", "2", "A dense one")
client.set_registered_model_alias("fraud", "champion", "2")
champion = client.get_model_version_by_alias("fraud", "champion")
said["champion"] = {"version": champion.version, "tags": champion.tags, "description": champion.description, "stage": champion.current_stage}
model = client.get_registered_model("fraud")
said["model"] = {"tags": model.tags, "description": model.description, "aliases": model.aliases}
said["models"] = [one.name for one in client.search_registered_models("name LIKE 'fr%' AND tags.team = 'risk'")]
said["versions"] = [one.version for one in client.search_model_versions("name = 'fraud'", order_by=["version_number ASC"])]
said["paged"] = [len(page) for page in (client.search_model_versions("name = 'fraud'", max_results=2),)]
said["latest"] = [one.version for one in client.get_latest_versions("fraud")]

with tempfile.TemporaryDirectory() as folder:
    os.makedirs(os.path.join(folder, "one"))
    path = mlflow.artifacts.download_artifacts("models:/fraud@champion", dst_path=folder)
    said["files"] = sorted(os.listdir(path))
    loaded = onnx.load(os.path.join(path, "model.onnx"))
    said["weights"] = bool(np.allclose(numpy_helper.to_array(loaded.graph.initializer[0]), numpy_helper.to_array(dense(1000).graph.initializer[0])))
    said["inputs"] = [one.name for one in mlflow.onnx.load_model("models:/fraud/1", dst_path=os.path.join(folder, "one")).graph.input]

said["refused"] = {
    "production": refused(lambda: client.transition_model_version_stage("fraud", "1", "Production")),
    "parameter": refused(lambda: client.log_param(run.info.run_id, "c", 2)),
    "unknown": refused(lambda: client.get_registered_model("nobody")),
    "twice": refused(lambda: client.create_registered_model("fraud")),
    "rename": refused(lambda: client.rename_registered_model("fraud", "fraude")),
}
with mlflow.start_run(run_name="text") as third:
    mlflow.log_text("no model", "model/MLmodel")
said["refused"]["noOnnx"] = refused(lambda: mlflow.register_model(f"runs:/{third.info.run_id}/model", "fraud"))
said["archived"] = client.transition_model_version_stage("fraud", "3", "Archived").current_stage
client.delete_model_version("fraud", "3")
said["deleted"] = refused(lambda: client.get_model_version("fraud", "3"))
client.delete_registered_model_alias("fraud", "champion")
said["unaliased"] = refused(lambda: client.get_model_version_by_alias("fraud", "champion"))
json.dump(said, stdout)
