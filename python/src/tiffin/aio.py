"""The same client for asyncio: every verb is awaited. Made of `client.py` by `make_aio.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

import httpx2

from . import _edge, _features, _graph, _register, _registry, _training
from ._settings import Settings, settings_of
from ._steps import Steps, run_async
from .convert.converted import TOLERANCE
from .convert.evaluation import EvaluationFormat
from .errors import TiffinError
from .results import ModelVersion, OnlineFeatures, Prediction, Pushed, Validation
from .training_set import AsyncTrainingSet

T = TypeVar("T")


class AsyncClient:
    """Made by `tiffin.aio.connect()`. It holds connections open until `close()`, or the end of an `async with` block."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._http = httpx2.AsyncClient(timeout=settings.timeout)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    def __repr__(self) -> str:
        return f"<tiffin.aio.AsyncClient of {self.settings.graph_url}>"

    def as_user(self, user: str) -> AsyncClient:
        """The same install asked by another user of dev mode, such as `approver`."""
        return AsyncClient(replace(self.settings, user=user, token=None))

    async def graphql(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """Asks the graph whatever it answers, once; raises its first error."""
        return await self._run(_graph.ask(self.settings, query, variables, repeatable=False))

    # Features

    async def training_set(
        self,
        spine: Any = None,
        *,
        service: str,
        start: datetime | str | None = None,
        end: datetime | str | None = None,
        view: str | None = None,
        labels: list[str] | None = None,
        timestamp: str = "timestamp",
        known_at: str = "KNOWN",
        assume_utc: bool = False,
        progress: _training.Progress | None = None,
    ) -> AsyncTrainingSet:
        """
        Makes a training set: the features of a service as they were known at the moment of each row.

        The spine is a DataFrame (pandas, polars, Arrow), a list of dicts or the path of a Parquet or CSV file, with the join
        keys, the moment (`timestamp` names its column) and any labels. Without one, `start` and `end` make rows of the events
        of a view.
        """
        made = await self._run(
            _training.create(
                self.settings,
                service,
                spine,
                events=_training.events_of(start, end, view, labels),
                timestamp=timestamp,
                known_at=known_at,
                assume_utc=assume_utc,
                progress=progress,
            )
        )
        return AsyncTrainingSet.of(made, lambda: self._run(_training.download(self.settings, made)))

    async def get_training_set(self, id: str) -> AsyncTrainingSet:
        """A training set that was made before."""
        found = await self._run(_training.find(self.settings, id))
        return AsyncTrainingSet.of(found, lambda: self._run(_training.download(self.settings, found)))

    async def historical_features(self, spine: Any, *, service: str, **options: Any) -> Any:
        """The rows with their features as a DataFrame of pandas: `training_set(…).to_pandas()`."""
        made = await self.training_set(spine, service=service, **options)
        return await made.to_pandas()

    async def online_features(self, entities: Any, *, service: str, at: datetime | str | None = None) -> OnlineFeatures:
        """The features of a service as they are now, or at a moment, for a table or a list of join keys."""
        return await self._run(_features.read(self.settings, service, entities, at))

    async def push(self, view: str, rows: Any, *, to: str = "BOTH", repeat: bool = True) -> Pushed:
        """
        Pushes rows (`entity`, `eventTime`, `values`) to a view.

        A push that was cut off is made again, since the newest row of an entity wins and an event with an id counts once.
        Say `repeat=False` for events without ids in windows, which would count twice.
        """
        return await self._run(_features.push(self.settings, view, rows, to, repeat))

    async def send_events(self, source: str, events: Any, *, repeat: bool = True) -> Pushed:
        """Sends events of a source, column by column, to every view over it. `repeat` as in `push`."""
        return await self._run(_features.send_events(self.settings, source, events, repeat))

    # Models

    async def register(
        self,
        name: str,
        model: Any,
        *,
        training_set: AsyncTrainingSet | str | None = None,
        rows: Any = None,
        columns: list[str] | None = None,
        original: Any = None,
        evaluate: tuple[Any, ...] | None = None,
        evaluation_format: EvaluationFormat = "jsonl",
        tolerance: float = TOLERANCE,
        feature_service: str | None = None,
        description: str | None = None,
        owner: str | None = None,
        tags: list[str] | None = None,
        algorithm: str | None = None,
        hyper_parameters: Mapping[str, Any] | None = None,
        code_commit: str | None = None,
        version: str | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> ModelVersion:
        """
        Registers a model of scikit-learn, XGBoost or LightGBM, or an ONNX file, as the next version: a draft.

        The model is converted, and its ONNX run beside it on the rows of the training set (or on `rows`, such as the X that
        it was fitted on). Raises ModelDiffersError, which names the rows, where one differs by more than `tolerance`.
        `evaluate=(X_test, y_test)` computes metrics and keeps the rows that they were computed from with the version; a third
        part is a DataFrame of attributes by which groups are told apart. `evaluation_format="parquet"` writes the rows as
        Parquet, which takes the extra `arrow`, in place of lines of JSON. `fields` are further ones of the graph's
        RegisterModelVersionInput, under their names there.
        """
        given = {
            "featureService": feature_service,
            "description": description,
            "owner": owner,
            "tags": tags,
            "algorithm": algorithm,
            "hyperParameters": None if hyper_parameters is None else {**hyper_parameters},
            "codeCommit": code_commit,
            "version": version,
            **(fields or {}),
        }
        return await self._run(
            _register.register(
                self.settings,
                name,
                model,
                training_set=training_set,
                rows=rows,
                columns=columns,
                original=original,
                evaluation=evaluate,
                evaluation_format=evaluation_format,
                tolerance=tolerance,
                given=given,
            )
        )

    async def model_version(self, id: ModelVersion | str) -> ModelVersion:
        """A version as it is now, by its id, whole or as `fraud@3`."""
        return await self._run(_registry.find(self.settings, id))

    async def submit(self, version: ModelVersion | str, reason: str | None = None) -> ModelVersion:
        """Submits a draft; from then on it does not change."""
        return await self._run(_registry.submit(self.settings, version, reason))

    async def validate(self, version: ModelVersion | str) -> Validation:
        """Has every gate computed again from the stored bytes."""
        return await self._run(_registry.validate(self.settings, version))

    async def approve(
        self, version: ModelVersion | str, reason: str | None = None, *, environments: Sequence[str] | None = None
    ) -> ModelVersion:
        """Approves a version that somebody else made."""
        return await self._run(_registry.approve(self.settings, version, reason, environments))

    # Predictions

    async def predict(
        self,
        endpoint: str,
        inputs: Mapping[str, Any],
        *,
        features: Mapping[str, Any] | None = None,
        at: datetime | str | None = None,
    ) -> Prediction:
        """Asks an endpoint of the edge, once. `features` stand in for a read of features."""
        return await self._run(_edge.predict(self.settings, endpoint, inputs, features, at))

    async def predict_many(
        self, endpoint: str, rows: Any, *, at: datetime | str | None = None
    ) -> list[Prediction | TiffinError]:
        """A prediction for each row of a table or a list, or the error of that row alone."""
        return await self._run(_edge.predict_many(self.settings, endpoint, rows, at))

    async def outcome(self, prediction: Prediction | str, value: float, *, at: datetime | str | None = None) -> Pushed:
        """Says what happened in the end: 0 or 1, or what was measured."""
        return await self.outcomes([(prediction, value)], at=at)

    async def outcomes(
        self, said: Iterable[tuple[Prediction | str, float]], *, at: datetime | str | None = None
    ) -> Pushed:
        """What happened in the end, for many predictions."""
        return await self._run(_edge.outcomes(self.settings, said, at))

    async def _run(self, steps: Steps[T]) -> T:
        return await run_async(steps, self._http)


def connect(
    url: str | None = None,
    *,
    edge: str | None = None,
    key: str | None = None,
    user: str | None = None,
    token: str | None = None,
    timeout: float = 60.0,
) -> AsyncClient:
    """As `tiffin.connect`, for asyncio."""
    return AsyncClient(settings_of(url, edge=edge, key=key, user=user, token=token, timeout=timeout))
