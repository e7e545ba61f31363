"""Models in ONNX as a service of BentoML: their files lie in MODEL_FOLDER."""

import os

import bentoml
import numpy
import onnxruntime


def session_of(name: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(os.path.join(os.environ["MODEL_FOLDER"], f"{name}.onnx"), options)


@bentoml.service(workers=1)
class Bench:
    def __init__(self) -> None:
        self.sessions = {name: session_of(name) for name in ("linear", "trees")}

    def score(self, name: str, features: numpy.ndarray) -> numpy.ndarray:
        [score] = self.sessions[name].run(["score"], {"features": features.astype(numpy.float32)})
        return score

    @bentoml.api
    async def linear(self, features: numpy.ndarray) -> numpy.ndarray:
        return self.score("linear", features)

    @bentoml.api
    async def trees(self, features: numpy.ndarray) -> numpy.ndarray:
        return self.score("trees", features)
