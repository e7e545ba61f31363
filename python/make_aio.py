"""
Makes `src/tiffin/aio.py` of `src/tiffin/client.py`: the same verbs, awaited. `--check` only says whether it is fresh.

    python make_aio.py [--check]
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parent / "src/tiffin/client.py"
TARGET = SOURCE.with_name("aio.py")

#: Words of the sync client, and what stands for them in the other.
WORDS = {
    '"""The client: an install as a data scientist sees it."""': (
        '"""The same client for asyncio: every verb is awaited. Made of `client.py` by `make_aio.py`."""'
    ),
    "tiffin.Client": "tiffin.aio.AsyncClient",
    "class Client": "class AsyncClient",
    "-> Client": "-> AsyncClient",
    "return Client(": "return AsyncClient(",
    "`tiffin.connect()`": "`tiffin.aio.connect()`",
    "a `with` block": "an `async with` block",
    "httpx2.Client(": "httpx2.AsyncClient(",
    "import Steps, run\n": "import Steps, run_async\n",
    "return run(steps, self._http)": "return await run_async(steps, self._http)",
    "def __enter__": "async def __aenter__",
    "def __exit__": "async def __aexit__",
    "self._http.close()": "await self._http.aclose()",
    "        self.close()": "        await self.close()",
    "return self.outcomes(": "return await self.outcomes(",
    "return self.training_set(spine, service=service, **options).to_pandas()": (
        "made = await self.training_set(spine, service=service, **options)\n        return await made.to_pandas()"
    ),
    "import Settings\n": "import Settings, settings_of\n",
}
CONNECT = '''

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
'''
NOT_AWAITED = ("__init__", "__repr__", "as_user")


def made_of(text: str) -> str:
    for word, other in WORDS.items():
        text = text.replace(word, other)
    text = re.sub(r"(return |made = |found = )self\._run\(", r"\1await self._run(", text)
    text = re.sub(r"\bTrainingSet\b", "AsyncTrainingSet", text)
    for verb in set(re.findall(r"\n    def (\w+)\(", text)) - set(NOT_AWAITED):
        text = text.replace(f"\n    def {verb}(", f"\n    async def {verb}(")
    return formatted(text + CONNECT)


def formatted(text: str) -> str:
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "--select", "I", "--fix-only", "--quiet"], ["format", "--quiet"]):
        run = [*ruff, *command, "--no-cache", "--stdin-filename", str(TARGET), "-"]
        text = subprocess.run(run, input=text, capture_output=True, text=True, check=True).stdout
    return text


def main() -> int:
    made = made_of(SOURCE.read_text("utf-8"))
    if made == TARGET.read_text("utf-8"):
        return 0
    if "--check" in sys.argv:
        print(f"{TARGET} is not what {SOURCE.name} makes: python make_aio.py", file=sys.stderr)
        return 1
    TARGET.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
