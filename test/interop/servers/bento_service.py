"""A model in ONNX as a service of BentoML: the file is named by MODEL_FILE."""

import os

import bentoml
import numpy
import onnxruntime


@bentoml.service(workers=1)
class Bench:
    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.environ["MODEL_FILE"], options)

    @bentoml.api
    async def infer(self, features: numpy.ndarray) -> numpy.ndarray:
        [score] = self.session.run(["score"], {"features": features.astype(numpy.float32)})
        return score
