"""Which columns a model takes, and the rows that it takes them from."""

from __future__ import annotations

from typing import Any

from .._packages import package
from ..errors import InvalidInputError


def columns_of(model: Any, rows: Any, given: list[str] | None, features: list[str] | None) -> list[str]:
    """Given by the caller, known by the model, or the features of the training set where there are as many."""
    wanted = given or _known_by(model)
    width = getattr(model, "n_features_in_", None)
    if wanted is None and features is not None and width in (None, len(features)):
        wanted = features
    if wanted is None and hasattr(rows, "columns") and width in (None, len(rows.columns)):
        wanted = [str(name) for name in rows.columns]
    if wanted is None and not hasattr(rows, "columns") and rows is not None:
        wanted = [f"column_{i}" for i in range(package("numpy").asarray(rows).shape[1])]
    if wanted is None:
        raise InvalidInputError(
            f"columns: the model takes {width} columns without names, and the training set has "
            f"{len(features or [])} features: give columns=[…] in the order in which the model was trained on them",
            field="columns",
            allowed=features,
        )
    if width is not None and width != len(wanted):
        raise InvalidInputError(
            f"columns: the model takes {width} columns, and these are {len(wanted)}", field="columns", allowed=wanted
        )
    if hasattr(rows, "columns"):
        missing = [name for name in wanted if name not in rows.columns]
        if missing:
            raise InvalidInputError(
                f"rows: have no column {', '.join(map(repr, missing))}, which the model takes",
                field="rows",
                allowed=[str(name) for name in rows.columns],
                hint="give the rows that the model was trained on as rows=…",
            )
    return list(wanted)


def _known_by(model: Any) -> list[str] | None:
    names = getattr(model, "feature_names_in_", None)
    # LightGBM makes up names where it got an array.
    if names is None or all(str(name) == f"Column_{i}" for i, name in enumerate(names)):
        return None
    return [str(name) for name in names]


def table_for(rows: Any, columns: list[str]) -> Any:
    """The columns of a DataFrame in order, with numbers of one size as numbers; an array as it is."""
    return rows[columns] if hasattr(rows, "iloc") else package("numpy").asarray(rows)


def rows_for(model: Any, table: Any) -> Any:
    """Rows as the model takes them: by name if it was trained so."""
    names = getattr(model, "feature_names_in_", None)
    if hasattr(table, "iloc") and (names is None or list(names) != list(table.columns)):
        return table.to_numpy()
    return table
