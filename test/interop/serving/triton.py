"""Triton's Python client against an edge: `python triton.py`, what to ask on stdin, what it was answered on stdout."""

import json
import sys

import numpy
import tritonclient.http as triton

asked = json.load(sys.stdin)
model = asked["model"]
rows = numpy.array(asked["rows"], numpy.float32)
client = triton.InferenceServerClient(asked["url"].removeprefix("http://"))


def headers():
    """The client writes into the headers that it is given."""
    return {"authorization": "Bearer " + asked["key"]}


def tensor(values, binary):
    given = triton.InferInput("features", list(values.shape), "FP32")
    given.set_data_from_numpy(values, binary_data=binary)
    return given


answers = []
for binary in [True, False]:
    for compression in [None, "gzip", "deflate"]:
        answer = client.infer(
            model,
            [tensor(rows, binary)],
            outputs=[triton.InferRequestedOutput("score", binary_data=binary)],
            headers=headers(),
            request_id="7",
            request_compression_algorithm=compression,
            response_compression_algorithm=compression,
        )
        answers.append({"id": answer.get_response()["id"], "scores": answer.as_numpy("score").ravel().tolist()})

halves = triton.InferInput("features", list(rows.shape), "FP16")
halves.set_data_from_numpy(rows.astype(numpy.float16))
half = client.infer(model, [halves], headers=headers()).as_numpy("score").ravel().tolist()

try:
    client.infer(model, [tensor(rows[:, :3], True)], headers=headers())
    refused = None
except triton.InferenceServerException as error:
    refused = str(error)

json.dump(
    {
        "live": client.is_server_live(headers=headers()),
        "ready": client.is_server_ready(headers=headers()),
        "modelReady": client.is_model_ready(model, headers=headers()),
        "otherReady": client.is_model_ready("nothing", headers=headers()),
        "server": client.get_server_metadata(headers=headers()),
        "model": client.get_model_metadata(model, headers=headers()),
        "index": client.get_model_repository_index(headers=headers()),
        "inferences": client.get_inference_statistics(model, headers=headers())["model_stats"][0]["inference_count"],
        "answers": answers,
        "half": half,
        "refused": refused,
    },
    sys.stdout,
)
