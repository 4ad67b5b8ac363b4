"""The real Milvus server that PyPI's `milvus` package carries (2.3.5: dense search alone)."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from milvus import MilvusServerConfig, _initialize_data_files

_PATIENCE = 180.0
_ETCD = "  use:\n    embed: true"


@contextmanager
def standalone_milvus(folder: Path) -> Iterator[str]:
    """Run the server in `folder` on free ports; yields its address.

    It reports itself on the loopback address alone, but has no setting that keeps its ports from the other ones.
    """
    config, health_port = _configured(folder)
    _initialize_data_files(str(folder))
    environment = os.environ | {
        "DEPLOY_MODE": "STANDALONE",
        "METRICS_PORT": str(health_port),
        "MILVUS_RUN_DIR": str(folder / "run"),
        "LD_LIBRARY_PATH": str(folder / "bin"),
    }
    with (folder / "logs" / "output.log").open("wb") as log:
        command = [str(folder / "bin" / "milvus"), "run", "standalone"]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_healthy(process, health_port)
        yield f"http://127.0.0.1:{config.get('proxy_port')}"
    finally:
        process.kill()
        process.wait()


def _configured(folder: Path) -> tuple[MilvusServerConfig, int]:
    config = MilvusServerConfig(data_dir=str(folder))
    names = [name for name in config.configurable_items if name.endswith("_port")]
    health_port, peer_port, *ports = _free_ports(len(names) + 2)
    config.update(**dict(zip(names, ports, strict=True)))
    for part in ("rootCoord", "proxy", "queryCoord", "queryNode", "indexCoord", "indexNode", "dataCoord", "dataNode"):
        config.set(f"{part}.ip", "127.0.0.1")
    # The embedded etcd takes 2380 for its peers, which it has none of, unless a file of its own says otherwise.
    etcd = folder / "etcd.yaml"
    etcd.write_text(_etcd_settings(folder, config.configs["etcd_port"], peer_port))
    assert _ETCD in config.template_text
    config.template_text = config.template_text.replace(_ETCD, f"{_ETCD}\n  config:\n    path: {etcd}")
    config.resolve()
    return config, health_port


def _etcd_settings(folder: Path, client_port: int, peer_port: int) -> str:
    client, peer = (f"http://127.0.0.1:{port}" for port in (client_port, peer_port))
    return (
        f"name: default\ndata-dir: {folder / 'etcd'}\nlisten-client-urls: {client}\nadvertise-client-urls: {client}\n"
        f"listen-peer-urls: {peer}\ninitial-advertise-peer-urls: {peer}\ninitial-cluster: default={peer}\n"
    )


def _free_ports(number: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _wait_until_healthy(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                if b"OK" in answer.read():
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"The Milvus server did not start (exit code {process.poll()}).")
