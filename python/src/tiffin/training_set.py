"""A training set whose rows come when they are asked for."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import PrivateAttr

from ._packages import package, pandas
from .results import TrainingSetFacts


def arrow_of(content: bytes) -> Any:
    return package("pyarrow.parquet").read_table(io.BytesIO(content))


def pandas_of(content: bytes) -> Any:
    pandas()
    return arrow_of(content).to_pandas()


def polars_of(content: bytes) -> Any:
    return package("polars").read_parquet(io.BytesIO(content))


class TrainingSet(TrainingSetFacts):
    """Rows with the features as they were at the rows' times. They are downloaded once, when first asked for."""

    _download: Callable[[], bytes] = PrivateAttr()
    _content: bytes | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, facts: TrainingSetFacts, download: Callable[[], bytes]) -> TrainingSet:
        made = cls.model_validate(facts.model_dump())
        made._download = download
        return made

    def to_parquet(self) -> bytes:
        """The Parquet as the server keeps it."""
        if self._content is None:
            self._content = self._download()
        return self._content

    def to_arrow(self) -> Any:
        return arrow_of(self.to_parquet())

    def to_pandas(self) -> Any:
        return pandas_of(self.to_parquet())

    def to_polars(self) -> Any:
        return polars_of(self.to_parquet())


class AsyncTrainingSet(TrainingSetFacts):
    """As TrainingSet, for an async client."""

    _download: Callable[[], Awaitable[bytes]] = PrivateAttr()
    _content: bytes | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, facts: TrainingSetFacts, download: Callable[[], Awaitable[bytes]]) -> AsyncTrainingSet:
        made = cls.model_validate(facts.model_dump())
        made._download = download
        return made

    async def to_parquet(self) -> bytes:
        if self._content is None:
            self._content = await self._download()
        return self._content

    async def to_arrow(self) -> Any:
        return arrow_of(await self.to_parquet())

    async def to_pandas(self) -> Any:
        return pandas_of(await self.to_parquet())

    async def to_polars(self) -> Any:
        return polars_of(await self.to_parquet())
