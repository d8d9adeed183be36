"""The values of the settings of buckets."""

from __future__ import annotations

from collections.abc import Sequence

from uplink._checks import check_type
from uplink._dataclass import dataclass

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketNotificationConfiguration:
    """Which events of a bucket the satellite publishes, and where.

    The satellite has the names of the topics and of the events.

    Go counterpart: `metaclient.BucketNotificationConfiguration`.

    Attributes:
        topic_name: The topic to publish to.
        events: The names of the events to publish, such as `"s3:ObjectCreated:*"`.
        id: The name of the configuration; `""` for none.
        prefix: Only keys that begin with this.
        suffix: Only keys that end with this.

    Raises:
        TypeError: An attribute is of another type.

    Example:
        ```python
        configuration = uplink.BucketNotificationConfiguration(
            topic_name="projects/my-project/topics/uploads", events=("s3:ObjectCreated:*",), suffix=".jpg"
        )
        ```
    """

    topic_name: str
    events: Sequence[str] = ()
    id: str = ""
    prefix: str = ""
    suffix: str = ""

    def __post_init__(self) -> None:
        for name in ("topic_name", "id", "prefix", "suffix"):
            check_type(getattr(self, name), str, name, "a str")
        check_type(self.events, (tuple, list), "events", "a tuple or a list of str")
        for event in self.events:
            check_type(event, str, "an event", "a str")
        object.__setattr__(self, "events", tuple(self.events))
