"""Models of scikit-learn, XGBoost and LightGBM as ONNX, and the proof that it answers as they do."""

from .converted import Converted, convert

__all__ = ["Converted", "convert"]
