"""What MLflow's users send to its scoring server, made and read by MLflow's own code, against an edge."""

import json
import sys

import numpy
import pandas
import requests
from mlflow.deployments import PredictionsResponse
from mlflow.utils.proto_json_utils import dump_input_data

asked = json.load(sys.stdin)
headers = {"authorization": "Bearer " + asked["key"]}
frame = pandas.DataFrame(asked["records"])
rows = numpy.array(asked["rows"], numpy.float32)


def invoke(body, content_type="application/json"):
    sent = requests.post(asked["url"] + "/invocations", body, headers={**headers, "content-type": content_type})
    if sent.status_code != 200:
        raise Exception(sent.text)
    return PredictionsResponse.from_json(sent.text)


json.dump(
    {
        "frame": invoke(dump_input_data(frame)).get_predictions()["score"].tolist(),
        "records": invoke(json.dumps({"dataframe_records": frame.to_dict("records")})).get_predictions()["score"].tolist(),
        "csv": invoke(frame.to_csv(index=False), "text/csv").get_predictions()["score"].tolist(),
        "array": invoke(dump_input_data(rows)).get_predictions("ndarray").ravel().tolist(),
        "ping": requests.get(asked["url"] + "/ping").status_code,
    },
    sys.stdout,
)
