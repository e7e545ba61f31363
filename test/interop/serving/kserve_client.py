"""KServe's Python client against an edge: what to ask on stdin, what it was answered on stdout."""

import asyncio
import json
import sys

import numpy
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

asked = json.load(sys.stdin)
url, model = asked["url"], asked["model"]
rows = numpy.array(asked["rows"], numpy.float32)
headers = {"authorization": "Bearer " + asked["key"]}


async def ask():
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    answers = []
    for binary in [False, True]:
        given = InferInput("features", list(rows.shape), "FP32")
        given.set_data_from_numpy(rows, binary_data=binary)
        request = InferRequest(model_name=model, infer_inputs=[given], request_id="8")
        answer = await client.infer(url, request, model_name=model, headers=dict(headers))
        answers.append({"id": answer.id, "scores": answer.outputs[0].as_numpy().ravel().tolist()})
    return {
        "live": await client.is_server_live(url, headers=headers),
        "ready": await client.is_server_ready(url, headers=headers),
        "modelReady": await client.is_model_ready(url, model, headers=headers),
        "answers": answers,
    }


json.dump(asyncio.run(ask()), sys.stdout)
