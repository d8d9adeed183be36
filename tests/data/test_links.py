"""Libraries that read the links of a filesystem by themselves."""

from __future__ import annotations

import pytest

from uplink.fsspec import UplinkFileSystem

pytestmark = pytest.mark.heavy


def test_polars_reads_a_link(access, storj_bucket, network):
    polars = pytest.importorskip("polars", reason="make test-data installs it")
    if network.local is None:
        pytest.skip("the edge service of this network is not known")
    fs = UplinkFileSystem(access)
    with fs.open(f"{storj_bucket}/table.parquet", "wb") as file:
        polars.DataFrame({"number": range(1000), "other": range(1000)}).write_parquet(file)
    link = fs.sign(
        f"{storj_bucket}/table.parquet",
        expiration=600,
        auth_service=network.local.auth_service,
        base_url=network.local.link_sharing,
        certificate_pem=network.local.auth_certificate,
    )
    found = polars.scan_parquet(link).filter(polars.col("number") >= 990).select("other").collect()
    assert found["other"].to_list() == list(range(990, 1000))
