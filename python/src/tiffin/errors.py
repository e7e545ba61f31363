"""What can go wrong: one class for each code of the server, with the field and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class TiffinError(Exception):
    """Whatever a server refuses, or a part that is away. Its subclasses have one code each."""

    code: str = "INTERNAL"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        field: str | None = None,
        allowed: Any = None,
        hint: str | None = None,
        path: list[str | int] | None = None,
        in_doubt: bool = False,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        #: Of the HTTP answer; None where nobody answered.
        self.status = status
        #: The field or setting that is wrong.
        self.field = field
        #: What would be allowed there.
        self.allowed = allowed
        #: What to do, in words.
        self.hint = hint
        #: Where in the answer of the graph.
        self.path = path
        #: Whether it may have been done all the same: the answer was lost.
        self.in_doubt = in_doubt
        #: All that the server says, such as the holder of a lease.
        self.details: Mapping[str, Any] = details or {}

    @property
    def passes(self) -> bool:
        """Whether the same call may succeed later, since a part is away or busy."""
        return self.code in _PASSING

    def __str__(self) -> str:
        lines = [f"{self.message} ({self.code})"]
        if self.allowed is not None:
            lines.append(f"allowed: {self.allowed}")
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


_PASSING = frozenset({"UNAVAILABLE", "SUBGRAPH_UNAVAILABLE", "TIMEOUT", "RATE_LIMITED", "STORAGE_FULL"})


class InvalidInputError(TiffinError):
    code = "INVALID_INPUT"


class MalformedError(TiffinError):
    code = "MALFORMED"


class UnauthenticatedError(TiffinError):
    code = "UNAUTHENTICATED"


class ForbiddenError(TiffinError):
    code = "FORBIDDEN"


class NotFoundError(TiffinError):
    code = "NOT_FOUND"


class MethodNotAllowedError(TiffinError):
    code = "METHOD_NOT_ALLOWED"


class ConflictError(TiffinError):
    code = "CONFLICT"


class InvalidTransitionError(TiffinError):
    code = "INVALID_TRANSITION"


class FailedPreconditionError(TiffinError):
    code = "FAILED_PRECONDITION"


class TooLargeError(TiffinError):
    code = "TOO_LARGE"


class UnsupportedMediaTypeError(TiffinError):
    code = "UNSUPPORTED_MEDIA_TYPE"


class DigestMismatchError(TiffinError):
    code = "DIGEST_MISMATCH"


class LimitExceededError(TiffinError):
    code = "LIMIT_EXCEEDED"


class RateLimitedError(TiffinError):
    code = "RATE_LIMITED"


class StorageFullError(TiffinError):
    code = "STORAGE_FULL"


class UnavailableError(TiffinError):
    code = "UNAVAILABLE"


class SubgraphUnavailableError(TiffinError):
    code = "SUBGRAPH_UNAVAILABLE"


class TimedOutError(TiffinError):
    code = "TIMEOUT"


class ConversionError(TiffinError):
    """The model cannot be written as ONNX; the hint says what can be done."""

    code = "INVALID_INPUT"


class ModelDiffersError(TiffinError):
    """The ONNX answers some rows otherwise than the model; `rows` says which, and by how much."""

    code = "FAILED_PRECONDITION"
    rows: list[Any]


class MissingPackageError(TiffinError):
    """A package of an extra is not installed."""

    code = "FAILED_PRECONDITION"


#: Of each code of the server its class.
BY_CODE: Mapping[str, type[TiffinError]] = {
    kind.code: kind
    for kind in TiffinError.__subclasses__()
    if kind not in (ConversionError, ModelDiffersError, MissingPackageError)
}


def error_of(code: str, message: str, **facts: Any) -> TiffinError:
    """The error of a code; a code that this version does not know keeps it in a plain TiffinError."""
    return BY_CODE.get(code, TiffinError)(message, code=code, **facts)
