"""A project of Django, and a storage in a bucket of one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django
import pytest
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import uplink


def pytest_configure() -> None:
    """Make the settings of Django, which a process has once."""
    if settings.configured:
        return
    settings.configure(
        SECRET_KEY="only for tests",
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.staticfiles"],
        ROOT_URLCONF="tests.django.views",
        STATIC_URL="/static/",
        USE_TZ=True,
        TIME_ZONE="UTC",
    )
    django.setup()


pytest_configure()


@pytest.fixture
def bucket(storj_bucket: str) -> str:
    return storj_bucket


@pytest.fixture
def make(access: uplink.Access, bucket: str) -> Iterator[object]:
    """Return a function that makes a storage below `media/` with these options."""
    from uplink.django import UplinkStorage

    made = []

    def storage(kind=UplinkStorage, **options):
        made.append(kind(bucket, "media/", access=access, **options))
        return made[-1]

    yield storage
    for one in made:
        one._twins.close()


@pytest.fixture
def storage(make):
    return make()
