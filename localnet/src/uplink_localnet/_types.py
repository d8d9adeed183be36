"""Types that only newer versions of Python have, for annotations that are evaluated at run time."""

from __future__ import annotations

import typing

if typing.TYPE_CHECKING:
    from typing_extensions import Self
else:
    Self = getattr(typing, "Self", typing.Any)

__all__ = ["Self"]
