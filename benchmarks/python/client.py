"""Does with Python what the Go program in `../go` does.

    UPLINK_ACCESS=… python client.py upload --api write --path FILE

It prints one line of JSON: what it measured of the work itself, without the start of the interpreter and of Go's
runtime, and after a warm-up.
"""

from __future__ import annotations

import argparse
import importlib
import json

# Imported when it is needed, since one of them measures the import of the package.
MODULES = {
    "upload": "streams",
    "download": "streams",
    "get": "streams",
    "write-calls": "calls",
    "read-calls": "calls",
    "rounds": "memory",
    "small": "small",
    "crowd": "crowd",
    "latency": "latency",
    "cancellation": "cancellation",
    "forks": "forking",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="One workload; the access grant is in UPLINK_ACCESS.")
    parser.add_argument("workload", choices=MODULES)
    parser.add_argument("--api", help="the way to do it", default="uplink")
    parser.add_argument("--key", help="the object that is a stream", default="stream")
    parser.add_argument("--path", help="the file to upload, or to download to")
    parser.add_argument("--bytes", type=int, default=0, help="the size of a stream, or of each small object")
    parser.add_argument("--buffer", type=int, default=64 * 1024, help="the bytes for each call of write and read")
    parser.add_argument("--count", type=int, default=0, help="how often")
    parser.add_argument("--warm-up", type=int, default=0, help="how often before that")
    parser.add_argument("--in-flight", type=int, default=1, help="how many at the same time")
    parser.add_argument("--network", type=int, default=0, help="the process of a network to be frozen")
    options = parser.parse_args()
    module = importlib.import_module(MODULES[options.workload])
    workload = getattr(module, options.workload.replace("-", "_"))
    print(json.dumps(workload(options)))


if __name__ == "__main__":
    main()
