"""The converters of scikit-learn, XGBoost and LightGBM, with what their newest releases together need mended."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from .._packages import package
from ..errors import ConversionError

#: What every engine of the edge is proven on.
OPSET = {"": 18, "ai.onnx.ml": 3}
#: skl2onnx writes these with a flag that is no number, which onnx refuses.
FLAGGED = ("HistGradientBoostingClassifier", "HistGradientBoostingRegressor")


def onnx_of(model: Any, initial_types: list[tuple[str, Any]], *, in_doubles: bool = False) -> Any:
    """
    The model as ONNX, its class probabilities as a plain tensor. Raises ConversionError.

    `in_doubles` has the steps of a pipeline before the last one count in doubles, as scikit-learn does.
    """
    skl2onnx = package("skl2onnx")
    _register_boosters()
    plain = _with_plain_names(model)
    if in_doubles:
        plain = _cast_before_last(plain)
    try:
        return skl2onnx.convert_sklearn(
            plain,
            initial_types=initial_types,
            target_opset=OPSET,
            options=_options(plain),
            custom_conversion_functions=_mended_converters(),
            custom_shape_calculators=_mended_shapes(),
        )
    except Exception as error:
        reason = str(error.__cause__ or error).strip().split("\n")[0]
        raise ConversionError(
            f"model: {type(model).__name__} cannot be written as ONNX ({reason[:300]})",
            field="model",
            hint="export it yourself and register the file: register(name, 'model.onnx', original=model)",
        ) from error


def is_pipeline(model: Any) -> bool:
    return len(getattr(model, "steps", [])) > 1


def _cast_before_last(pipeline: Any) -> Any:
    """
    The pipeline with numbers made float32 once its transformers are done. Trees part rows by thresholds that are values of
    these rows, so that a scaler that counts in float32 can move a row to the other side.
    """
    cast = package("skl2onnx.sklapi").CastTransformer(dtype=package("numpy").float32)
    return type(pipeline)([*pipeline.steps[:-1], ("to_float32", cast), pipeline.steps[-1]])


def _options(model: Any) -> dict[Any, Any] | None:
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    if not hasattr(last, "predict_proba"):
        return None
    return {id(last): {"zipmap": False}}


def parts_of(model: Any) -> list[Any]:
    """The model and every estimator inside it."""
    found = [model]
    params = model.get_params(deep=True) if hasattr(model, "get_params") else {}
    found += [value for value in params.values() if hasattr(value, "get_params") and hasattr(value, "fit")]
    for _, step in getattr(model, "steps", []):
        found += parts_of(step) if step not in ("passthrough", None) else []
    return found


def _with_plain_names(model: Any) -> Any:
    """XGBoost's converter takes f0, f1, … alone: a copy bears these, and the file says the names besides."""
    if not any(_is_xgboost(part) for part in parts_of(model)):
        return model
    plain = copy.deepcopy(model)
    for part in parts_of(plain):
        if _is_xgboost(part):
            booster = part.get_booster()
            booster.feature_names = [f"f{i}" for i in range(booster.num_features())]
    return plain


def _is_xgboost(part: Any) -> bool:
    return type(part).__module__.startswith("xgboost") and hasattr(part, "get_booster")


@cache
def _mended_converters() -> dict[type, Any]:
    """skl2onnx's own converters, for which flags are written as the numbers that they are."""
    ensemble = package("sklearn.ensemble")
    registered = package("skl2onnx.common._registration").get_converter

    def mended(alias: str) -> Any:
        def convert(scope: Any, operator: Any, container: Any) -> None:
            registered(alias)(scope, operator, _Whole(container))

        return convert

    return {getattr(ensemble, name): mended(f"Sklearn{name}") for name in FLAGGED}


@cache
def _mended_shapes() -> dict[type, Any]:
    ensemble = package("sklearn.ensemble")
    registered = package("skl2onnx.common._registration").get_shape_calculator
    return {getattr(ensemble, name): registered(f"Sklearn{name}") for name in FLAGGED}


class _Whole:
    """A container in whose nodes each flag of a list is 0 or 1."""

    def __init__(self, container: Any) -> None:
        self._container = container

    def __getattr__(self, name: str) -> Any:
        return getattr(self._container, name)

    def add_node(self, *args: Any, **attributes: Any) -> Any:
        numbered = {
            name: [int(one) if isinstance(one, bool) else one for one in value] if isinstance(value, list) else value
            for name, value in attributes.items()
        }
        return self._container.add_node(*args, **numbered)


@cache
def _register_boosters() -> None:
    """Tells skl2onnx of XGBoost and LightGBM, as far as they are here, so that they may stand in a pipeline."""
    shapes = package("skl2onnx.common.shape_calculator")
    update = package("skl2onnx").update_registered_converter
    zipmap = {"nocl": [True, False], "zipmap": [True, False, "columns"]}
    for trainer, kind, converter in (
        ("xgboost", "XGB", "onnxmltools.convert.xgboost.operator_converters.XGBoost.convert_xgboost"),
        ("lightgbm", "LGBM", "onnxmltools.convert.lightgbm.operator_converters.LightGbm.convert_lightgbm"),
    ):
        try:
            module = __import__(trainer)
        except ImportError:
            continue
        path, name = converter.rsplit(".", maxsplit=1)
        convert = getattr(package(path), name)
        classifier, regressor = getattr(module, f"{kind}Classifier"), getattr(module, f"{kind}Regressor")
        alias = {"xgboost": "XGBoost", "lightgbm": "LightGbm"}[trainer]
        update(
            classifier,
            f"{alias}{kind}Classifier",
            shapes.calculate_linear_classifier_output_shapes,
            convert,
            options=zipmap,
        )
        update(regressor, f"{alias}{kind}Regressor", shapes.calculate_linear_regressor_output_shapes, convert)
