"""One forking process for all fault tests of a worker, and an installation to copy: making either costs seconds."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.harness.installation import Installation, copy_of, install
from tests.faults.harness.server import free_port, kill_group
from tests.faults.harness.warm import APART, WarmStarts


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmStarts]:
    starts = WarmStarts(tmp_path_factory.mktemp("warm") / "server.log")
    yield starts
    starts.close()


@pytest.fixture(scope="session")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmStarts]:
    """As ``warm``, in a namespace of its own, where small file systems can be mounted."""
    allowed = subprocess.run([*APART, "mount", "-t", "tmpfs", "none", "/mnt"], check=False, capture_output=True)
    if allowed.returncode:
        pytest.skip(
            "a small file system of its own needs root and mount namespaces: " + allowed.stderr.decode().strip()
        )
    starts = WarmStarts(tmp_path_factory.mktemp("apart") / "server.log", apart=True)
    yield starts
    starts.close()


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An open round with 3 x 500 codes that nobody may serve: copies of it are served."""
    return install(tmp_path_factory.mktemp("city") / "var", 500)


@pytest.fixture
def fresh(city: Installation, tmp_path: Path) -> Callable[[], Installation]:
    """Makes a copy of the city in a folder of its own, with a port of its own."""

    def make() -> Installation:
        port = free_port()
        return copy_of(city, tmp_path / f"var-{port}", port)

    return make


@pytest.fixture
def serve(warm: WarmStarts, fresh: Callable[[], Installation]) -> Iterator[Callable[[], tuple[Installation, int]]]:
    """Starts a server on a copy of the city; the installation and the number of its group."""
    groups: list[int] = []

    def start(workers: int = 2) -> tuple[Installation, int]:
        one = fresh()
        groups.append(warm.start(one.settings, workers))
        return one, groups[-1]

    yield start
    for group in groups:
        kill_group(group)
