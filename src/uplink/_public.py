"""The public names of `uplink` but `aio` and `edge`. `uplink` imports them from here when one is first used."""

from __future__ import annotations

from uplink import errors
from uplink._calls.project import detached_calls
from uplink._checksums import ChecksumAlgorithm
from uplink._config_values import Config, Retry
from uplink._facts_values import EdgeURLOverrides, IPSummary, License, ProjectInfo
from uplink._info import AccessInfo
from uplink._permission import Permission
from uplink._retention import DefaultRetention, ObjectLockConfiguration, Retention, RetentionMode
from uplink._settings_values import BucketNotificationConfiguration
from uplink._stats import ProjectStats
from uplink._trees_values import TreeAction, TreeCompare, TreeDirection, TreeEntry, TreeResult
from uplink._values import Bucket, Deletion, DeletionStatus, Object, Part, SharePrefix, UploadInfo, Versioning
from uplink.access import Access, EncryptionKey
from uplink.download import Download
from uplink.errors import UplinkError
from uplink.listing import Listing
from uplink.pending import PartUpload, PendingUpload
from uplink.project import Project, open_project
from uplink.upload import Upload

__all__ = [
    "Access",
    "AccessInfo",
    "Bucket",
    "BucketNotificationConfiguration",
    "ChecksumAlgorithm",
    "Config",
    "DefaultRetention",
    "Deletion",
    "DeletionStatus",
    "Download",
    "EdgeURLOverrides",
    "EncryptionKey",
    "IPSummary",
    "License",
    "Listing",
    "Object",
    "ObjectLockConfiguration",
    "Part",
    "PartUpload",
    "PendingUpload",
    "Permission",
    "Project",
    "ProjectInfo",
    "ProjectStats",
    "Retention",
    "RetentionMode",
    "Retry",
    "SharePrefix",
    "TreeAction",
    "TreeCompare",
    "TreeDirection",
    "TreeEntry",
    "TreeResult",
    "UplinkError",
    "Upload",
    "UploadInfo",
    "Versioning",
    "detached_calls",
    "errors",
    "open_project",
]
