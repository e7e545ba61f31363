"""The Python client of Tiffin: training sets, models, features and predictions."""

from __future__ import annotations

from . import aio
from ._settings import settings_of
from .client import Client
from .errors import (
    ConflictError,
    ConversionError,
    FailedPreconditionError,
    ForbiddenError,
    InvalidInputError,
    MissingPackageError,
    ModelDiffersError,
    NotFoundError,
    TiffinError,
    UnauthenticatedError,
    UnavailableError,
)
from .results import ModelVersion, OnlineFeatures, Prediction, Pushed, Validation
from .training_set import AsyncTrainingSet, TrainingSet

__version__ = "0.1.0"

__all__ = [
    "AsyncTrainingSet",
    "Client",
    "ConflictError",
    "ConversionError",
    "FailedPreconditionError",
    "ForbiddenError",
    "InvalidInputError",
    "MissingPackageError",
    "ModelDiffersError",
    "ModelVersion",
    "NotFoundError",
    "OnlineFeatures",
    "Prediction",
    "Pushed",
    "TiffinError",
    "TrainingSet",
    "UnauthenticatedError",
    "UnavailableError",
    "Validation",
    "aio",
    "connect",
]


def connect(
    url: str | None = None,
    *,
    edge: str | None = None,
    key: str | None = None,
    user: str | None = None,
    token: str | None = None,
    timeout: float = 60.0,
) -> Client:
    """
    A client of the control plane at `url` and the edge at `edge`.

    What is left out is read from TIFFIN_GRAPH_URL, TIFFIN_EDGE_URL, TIFFIN_KEY, TIFFIN_USER and TIFFIN_TOKEN. Where none
    says the url, it is the install that `npm start` runs on this machine, asked as its user `developer`.
    """
    return Client(settings_of(url, edge=edge, key=key, user=user, token=token, timeout=timeout))
