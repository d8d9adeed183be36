import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from fsspec.spec import AbstractFileSystem, _Cached

_P = ParamSpec("_P")
_T = TypeVar("_T")

loop: list[asyncio.AbstractEventLoop | None]

def get_loop() -> asyncio.AbstractEventLoop: ...
def reset_after_fork() -> None: ...
def sync(
    loop: asyncio.AbstractEventLoop | None,
    func: Callable[_P, Coroutine[Any, Any, _T]],
    *args: _P.args,
    **kwargs: _P.kwargs,
) -> _T: ...

class AsyncFileSystem(AbstractFileSystem, metaclass=_Cached):
    asynchronous: bool
    _pid: int
    _loop: asyncio.AbstractEventLoop | None
    def __init__(
        self,
        *,
        asynchronous: bool = ...,
        loop: asyncio.AbstractEventLoop | None = ...,
        batch_size: int | None = ...,
        **storage_options: Any,
    ) -> None: ...
    async def _copy(self, path1: Any, path2: Any, **options: Any) -> None: ...
    async def _glob(self, path: str, maxdepth: int | None = ..., **options: Any) -> Any: ...
    async def _cat(self, path: str | list[str], recursive: bool = ..., **options: Any) -> Any: ...
