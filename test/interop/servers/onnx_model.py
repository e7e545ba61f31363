"""A model in ONNX for MLServer, which has no runtime of its own for it."""

import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse
from mlserver.utils import get_model_uri


class OnnxModel(MLModel):
    async def load(self) -> bool:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(await get_model_uri(self.settings), options)
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        rows = NumpyCodec.decode_input(payload.inputs[0])
        [score] = self.session.run(["score"], {"features": rows})
        return InferenceResponse(model_name=self.name, outputs=[NumpyCodec.encode_output("score", score)])
