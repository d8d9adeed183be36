"""The values that say how a project connects."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import NoneType

from uplink._checks import at_least, check_flag, check_type, whole_number
from uplink._dataclass import dataclass, field
from uplink.errors import InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """When to repeat a call that failed.

    A call that only reads is repeated after every error whose `retryable` is true, except after a
    time limit. A call that changes something is repeated if it certainly changed nothing.
    `Project.put` is repeated if its source can be read again, which a generator cannot. A download
    whose nodes or connections fail goes on at its position, and each new byte resets the number of
    its attempts. A call on an open upload is not repeated. The `timeout` of a call limits all its
    attempts together; there is no limit for one attempt.

    Two things do not count as attempts. If the satellite cannot be reached, every call, also on
    streams, connects again up to `attempts` times, since nothing has happened yet. If the satellite
    refuses a request because of too many requests, the request is repeated for up to a minute, or
    until the `timeout`; not with `attempts=1`.

    Attributes:
        attempts: The highest number of attempts; 1 to repeat nothing.
        delay: Seconds before the second attempt. The delay doubles for each further attempt. A
            random part of it, up to a half, is taken off.
        longest_delay: The longest delay, in seconds.

    Raises:
        TypeError: An attribute is not a number.
        InvalidArgumentError: `attempts` is less than 1, or a delay is negative.

    Example:
        ```python
        config = uplink.Config(retry=uplink.Retry(attempts=1))
        with access.open_project(config=config) as project:
            project.ensure_bucket("photos")
        ```
    """

    attempts: int = 3
    delay: float = 0.25
    longest_delay: float = 5.0

    def __post_init__(self) -> None:
        if whole_number(self.attempts, "attempts") < 1:
            raise InvalidArgumentError(f"attempts is {self.attempts!r}; it takes at least one")
        for name in ("delay", "longest_delay"):
            if not at_least(0, getattr(self, name), name, "seconds"):
                raise InvalidArgumentError(
                    f"{name} is {getattr(self, name)!r}; it takes seconds, and not less than none"
                )

    def delays(self) -> Iterator[float]:
        """Yield the seconds to wait after each attempt but the last."""
        for number in range(self.attempts - 1):
            # A float would overflow with an exponent above 1000.
            longest = min(float(self.delay) * 2.0 ** min(number, 100), float(self.longest_delay))
            # Between a half and the whole of it, so that clients do not repeat at the same time.
            yield longest * (0.5 + os.urandom(1)[0] / 510)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How a project connects.

    Go counterpart: `uplink.Config`.

    Attributes:
        user_agent: The application that the satellite attributes the traffic to, such as
            `"my-app/1.0"`; `""` for none.
        dial_timeout: Seconds that connecting to the satellite or to a node may take.
        stall_timeout: Seconds after which a storage node is replaced, if a call waits for it and no
            byte moves in either direction. The call fails if there are too few other nodes. It does
            not limit the time that the satellite takes to respond; only the `timeout` of a call
            does.
        max_in_flight: The highest number of calls that run at the same time, each on a connection
            to the satellite. Other calls queue.
        max_connections: The highest number of open connections to storage nodes. An upload counts
            as 110 of them, a download as 40, both only if the object is larger than 4 KiB. Calls
            without room queue.
        retry: When to repeat a call that failed.
        disable_object_key_encryption: For `Access.request`: whether the access does not encrypt the
            keys of objects. The satellite can then read them.
        path_encryption_bypass: For a project: whether keys stay encrypted, and are written in
            base64. It needs no encryption key of the objects.
        disable_background_qos: Whether the sockets have the usual priority and congestion control.
            Otherwise the other traffic of the machine goes first, where the system supports that.
        maximum_buffer_size: The largest buffer for messages that a connection keeps, in bytes. A
            smaller one saves memory, and costs allocations. `None`: it keeps buffers of any size.

    Raises:
        TypeError: An attribute is of another type.
        InvalidArgumentError: The user agent has a NUL in it, a timeout is not between 1 ms and 24
            days, or a budget or a size is not positive.

    Example:
        ```python
        project = access.open_project(config=uplink.Config(user_agent="my-app/1.0", dial_timeout=5.0))
        project.close()
        ```
    """

    user_agent: str = ""
    dial_timeout: float = 10.0
    stall_timeout: float = 20.0
    max_in_flight: int = 64
    max_connections: int = 2048
    retry: Retry = field(default_factory=Retry)
    disable_object_key_encryption: bool = False
    path_encryption_bypass: bool = False
    disable_background_qos: bool = False
    maximum_buffer_size: int | None = None

    def __post_init__(self) -> None:
        check_type(self.user_agent, str, "user_agent", "a str")
        check_type(self.retry, Retry, "retry", "a Retry")
        if "\0" in self.user_agent:
            raise InvalidArgumentError("the user agent has a NUL in it")
        for name in ("dial_timeout", "stall_timeout"):
            seconds = getattr(self, name)
            if not (at_least(0.001, seconds, name, "seconds") and seconds < 2**31 / 1000):
                raise InvalidArgumentError(f"{name} is {seconds!r}; it takes seconds, from 0.001 to {2**31 // 1000}")
        for name in ("disable_object_key_encryption", "path_encryption_bypass", "disable_background_qos"):
            check_flag(getattr(self, name), name)
        sizes = () if self.maximum_buffer_size is None else ("maximum_buffer_size",)
        for name in ("max_in_flight", "max_connections", *sizes):
            if not 1 <= whole_number(getattr(self, name), name) < 2**31:
                raise InvalidArgumentError(
                    f"{name} is {getattr(self, name)!r}; it takes a number from 1 to {2**31 - 1}"
                )


def config_or_default(config: Config | None) -> Config:
    """Return the configuration, or the default one for `None`."""
    check_type(config, (Config, NoneType), "config", "a Config")
    return config or Config()
