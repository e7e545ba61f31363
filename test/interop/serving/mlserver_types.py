"""MLServer's types and codecs, which its users build requests by, against an edge."""

import json
import sys

import numpy
import requests
from mlserver import types
from mlserver.codecs import NumpyCodec

asked = json.load(sys.stdin)
url, model = asked["url"], asked["model"]
rows = numpy.array(asked["rows"], numpy.float32)
headers = {"authorization": "Bearer " + asked["key"], "content-type": "application/json"}

request = types.InferenceRequest(
    id="9",
    inputs=[NumpyCodec.encode_input("features", rows)],
    outputs=[types.RequestOutput(name="score")],
)
sent = requests.post(f"{url}/v2/models/{model}/infer", request.model_dump_json(exclude_none=True), headers=headers)
answer = types.InferenceResponse.model_validate_json(sent.text)
server = types.MetadataServerResponse.model_validate(requests.get(f"{url}/v2", headers=headers).json())
described = types.MetadataModelResponse.model_validate(requests.get(f"{url}/v2/models/{model}", headers=headers).json())
index = types.RepositoryIndexResponse.model_validate(
    requests.post(f"{url}/v2/repository/index", json={"ready": True}, headers=headers).json()
)
refused = requests.post(f"{url}/v2/models/{model}/infer", json={"inputs": []}, headers=headers)

json.dump(
    {
        "answers": [{"id": answer.id, "scores": NumpyCodec.decode_output(answer.outputs[0]).ravel().tolist()}],
        "server": server.name,
        "inputs": [tensor.name for tensor in described.inputs],
        "index": [one.name for one in index.root],
        "refused": types.InferenceErrorResponse.model_validate(refused.json()).error,
    },
    sys.stdout,
)
