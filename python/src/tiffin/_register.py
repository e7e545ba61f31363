"""`register`: a model becomes ONNX, is compared on the rows that it was trained on, and only then is sent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from . import _registry, _training
from ._settings import Settings
from ._steps import Steps, Work
from .convert import Converted, convert
from .convert.evaluation import Evaluation, EvaluationFormat, check_format, evaluate
from .errors import InvalidInputError
from .results import ModelVersion, TrainingSetFacts
from .training_set import AsyncTrainingSet, TrainingSet, pandas_of

#: Longer ones say more about the trainer than about the model.
LONGEST_PARAMETER = 200


@dataclass(frozen=True)
class Candidate:
    """A model as its trainer has it, with the rows to compare it on."""

    model: Any
    original: Any
    rows: Any
    columns: list[str] | None
    features: list[str] | None
    tolerance: float
    evaluation: Any
    evaluation_format: EvaluationFormat

    def convert(self) -> tuple[Converted, Evaluation | None]:
        if self.evaluation is not None and not (isinstance(self.evaluation, tuple) and len(self.evaluation) in (2, 3)):
            raise InvalidInputError(
                "evaluate: give rows and their labels, as evaluate=(X_test, y_test), and protected attributes besides",
                field="evaluate",
            )
        check_format(self.evaluation_format)
        made = convert(
            self.model,
            self.rows if self.rows is not None or self.evaluation is None else self.evaluation[0],
            columns=self.columns,
            features=self.features,
            original=self.original,
            tolerance=self.tolerance,
        )
        if self.evaluation is None:
            return made, None
        rows, labels, *more = self.evaluation
        attributes = more[0] if more else None
        return made, evaluate(made, self.trained, rows, labels, attributes, self.evaluation_format)

    @property
    def trained(self) -> Any:
        return self.original if self.original is not None else self.model


def register(
    settings: Settings,
    name: str,
    model: Any,
    *,
    training_set: TrainingSetFacts | str | None,
    rows: Any,
    columns: list[str] | None,
    original: Any,
    evaluation: Any,
    evaluation_format: EvaluationFormat,
    tolerance: float,
    given: dict[str, Any],
) -> Steps[ModelVersion]:
    if isinstance(training_set, str) and rows is None:
        training_set = yield from _training.find(settings, training_set)
    if rows is None and isinstance(training_set, TrainingSetFacts):
        rows = pandas_of((yield from _content_of(settings, training_set)))
    features = training_set.features if isinstance(training_set, TrainingSetFacts) else None
    candidate = Candidate(model, original, rows, columns, features, tolerance, evaluation, evaluation_format)
    made, judged = yield Work(candidate.convert)
    return (yield from _registry.register(settings, name, made, judged, facts_of(candidate, training_set, given)))


def _content_of(settings: Settings, training_set: TrainingSetFacts) -> Steps[bytes]:
    held = training_set._content if isinstance(training_set, (TrainingSet, AsyncTrainingSet)) else None
    return held if held is not None else (yield from _training.download(settings, training_set))


def facts_of(
    candidate: Candidate, training_set: TrainingSetFacts | str | None, given: dict[str, Any]
) -> dict[str, Any]:
    """What is said of a version: as the caller says it, else as training set and model do."""
    facts = {**given}
    if isinstance(training_set, TrainingSetFacts):
        facts["trainingSet"] = training_set.id
        if facts.get("featureService") is None and training_set.service is not None:
            facts["featureService"] = training_set.service.id
    elif training_set is not None:
        facts["trainingSet"] = training_set
    if hasattr(candidate.trained, "get_params"):
        facts["algorithm"] = facts.get("algorithm") or _algorithm(candidate.trained)
        if facts.get("hyperParameters") is None:
            facts["hyperParameters"] = _hyper_parameters(candidate.trained)
    return facts


def _algorithm(model: Any) -> str:
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    return f"{type(last).__module__.split('.')[0]}.{type(last).__name__}"


def _hyper_parameters(model: Any) -> dict[str, Any]:
    return {name: value for name, value in sorted(model.get_params(deep=True).items()) if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, (bool, int)) or (isinstance(value, str) and len(value) <= LONGEST_PARAMETER)
