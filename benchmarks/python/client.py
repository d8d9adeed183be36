"""Runs one workload in Python; the Go program in `../go` has the same workloads.

    UPLINK_ACCESS=… python client.py upload --api write --path FILE

It prints one line of JSON with the measurements. They exclude the start of the interpreter and of Go's runtime, and a
warm-up.
"""

from __future__ import annotations

import argparse
import importlib
import json

# The modules of the workloads. Only the one that is run is imported, since `latency` measures the import of uplink.
MODULES = {
    "upload": "streams",
    "download": "streams",
    "get": "streams",
    "write-calls": "calls",
    "read-calls": "calls",
    "random-reads": "reading",
    "sequential-reads": "reading",
    "rounds": "memory",
    "small": "small",
    "listing": "listing",
    "descriptors": "descriptors",
    "latency": "latency",
    "cancellation": "cancellation",
    "forks": "forking",
    "tree": "tree",
    "command": "command",
    "command-start": "command",
    "ranges": "data",
    "parquet": "data",
    "zarr-chunks": "data",
    "dask-files": "data",
    "fill-files": "data",
    "make-parquet": "data",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="One workload; the access grant is in UPLINK_ACCESS.")
    parser.add_argument("workload", choices=MODULES)
    parser.add_argument("--api", help="the interface to use", default="uplink")
    parser.add_argument("--key", help="the key of the streamed object", default="stream")
    parser.add_argument("--path", help="the file to upload, or to download into")
    parser.add_argument("--bytes", type=int, default=0, help="the size of a stream, or of each small object")
    parser.add_argument("--buffer", type=int, default=64 * 1024, help="the bytes of each write or read")
    parser.add_argument("--count", type=int, default=0, help="the number of repetitions")
    parser.add_argument("--warm-up", type=int, default=0, help="the number of repetitions before the measurement")
    parser.add_argument("--in-flight", type=int, default=1, help="the number of calls at the same time")
    parser.add_argument("--network", type=int, default=0, help="the process ID of a network to freeze")
    options = parser.parse_args()
    module = importlib.import_module(MODULES[options.workload])
    workload = getattr(module, options.workload.replace("-", "_"))
    print(json.dumps(workload(options)))


if __name__ == "__main__":
    main()
