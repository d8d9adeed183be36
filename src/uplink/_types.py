"""Types that older versions of Python lack, for annotations that are evaluated at run time."""

from __future__ import annotations

import collections.abc
import typing

if typing.TYPE_CHECKING:
    from typing_extensions import Buffer, Self
else:
    Buffer = getattr(collections.abc, "Buffer", typing.Any)
    Self = getattr(typing, "Self", typing.Any)

__all__ = ["Buffer", "Self"]
