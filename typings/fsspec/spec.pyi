import io
from typing import Any

class _Cached(type): ...

class AbstractFileSystem(metaclass=_Cached):
    protocol: str | tuple[str, ...]
    storage_options: dict[str, Any]
    _cache: dict[str, AbstractFileSystem]
    def __init__(self, **storage_options: Any) -> None: ...
    def open(self, path: str, mode: str = ..., **options: Any) -> Any: ...
    @classmethod
    def _strip_protocol(cls, path: Any) -> Any: ...

class AbstractBufferedFile(io.IOBase):
    fs: Any
    path: str
    mode: str
    size: int
    _details: dict[str, Any] | None
    def __init__(self, fs: Any, path: str, mode: str = ..., **options: Any) -> None: ...
    @property
    def closed(self) -> bool: ...
    @closed.setter
    def closed(self, value: bool) -> None: ...
