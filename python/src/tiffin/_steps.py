"""
What a verb does, as steps: one description, run by a sync or an async client.

A verb is a generator. It yields a Call, a Pause or a Work, and gets back what came of it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """One HTTP request; its answer comes back, or httpx2's error is raised."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Work:
    """Something that computes for a while: an async client runs it in a thread."""

    run: Callable[[], Any]


Steps = Generator[Call | Pause | Work, Any, T]


def run(steps: Steps[T], http: httpx2.Client) -> T:
    value: Any = None
    error: Exception | None = None
    while True:
        try:
            step = steps.send(value) if error is None else steps.throw(error)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        value, error = None, None
        try:
            if isinstance(step, Call):
                value = http.request(step.method, step.url, headers=step.headers, content=step.content)
            elif isinstance(step, Pause):
                time.sleep(step.seconds)
            else:
                value = step.run()
        except Exception as raised:
            error = raised


async def run_async(steps: Steps[T], http: httpx2.AsyncClient) -> T:
    value: Any = None
    error: Exception | None = None
    while True:
        try:
            step = steps.send(value) if error is None else steps.throw(error)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        value, error = None, None
        try:
            if isinstance(step, Call):
                value = await http.request(step.method, step.url, headers=step.headers, content=step.content)
            elif isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
            else:
                value = await asyncio.to_thread(step.run)
        except Exception as raised:
            error = raised
