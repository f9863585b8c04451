"""A real browser on a real server: what `appraisal serve --demo` serves, on a free loopback port and an installation of its own.

The browser is named by ``CHROMIUM`` in the environment, or one of the usual places of a Debian system. Without one these tests
are skipped by name.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright

from appraisal import store
from appraisal.settings import Secrets, Settings
from appraisal.store import Session, upgrade
from tests.makers import OpenRound, make_running_round

TOP = Path(__file__).parents[2]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
USUAL_PLACES = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}
PATIENCE_MS = 15_000
START_SECONDS = 60


def chromium_path() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((place for place in USUAL_PLACES if Path(place).exists()), None)


@dataclass(frozen=True)
class Site:
    """A served installation: its address, its settings and the round that takes ballots."""

    address: str
    settings: Settings
    opened: OpenRound
    codes: Iterator[str]

    def new_code(self) -> str:
        """A code that no other test has used."""
        return next(self.codes)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = new_home(tmp_path_factory.mktemp("journeys"))
    with writing(settings) as db:
        opened = make_running_round(db, settings.read_secrets(), codes=20)
    with serving(settings, opened) as site:
        yield site


def new_home(folder: Path) -> Settings:
    """An installation of its own in this folder: migrated, with secrets, nothing in it, a port of its own."""
    settings = Settings(home=folder / "var", port=free_port(), demo=True)
    engine = store.connect(settings.database)
    upgrade(engine)
    engine.dispose()
    settings.keep_secrets(Secrets.fresh(demo=True))
    return settings


@contextmanager
def writing(settings: Settings) -> Iterator[Session]:
    """A transaction of an installation that is not served yet, or served beside."""
    engine = store.connect(settings.database)
    with store.transaction(engine) as db:
        yield db
    engine.dispose()


@contextmanager
def serving(settings: Settings, opened: OpenRound) -> Iterator[Site]:
    """Serve an installation with the command, web and worker, until the block ends."""
    server = _serve(settings)
    address = f"http://127.0.0.1:{settings.port}"
    try:
        _wait_until_served(address, server)
        yield Site(address, settings, opened, iter([issued.code for issued in opened.issued]))
    finally:
        server.terminate()
        server.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "APPRAISAL_HOME": str(settings.home),
        "APPRAISAL_DEMO": "1",
        "PYTHONPATH": str(TOP),
        "PORT": str(settings.port),
    }
    command = [sys.executable, "-m", "appraisal.cli", "serve", "--demo"]
    with (settings.home / "server.log").open("wb") as log:
        return subprocess.Popen(command, cwd=TOP, env=environment, stdout=log, stderr=log)


def _wait_until_served(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail(f"the server ended with {server.returncode}; see server.log in the test's folder")
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the server did not answer within {START_SECONDS} s")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: set CHROMIUM, or install chromium-headless-shell")
    playwright: Playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page and what went wrong on it, as far as the browser noticed."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.site.address + path)

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._request)

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        widths: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return widths

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 403 or 422 is named by the browser as a failed load; that is no fault of the page.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site.address + "/", "data:")):
            self.complaints.append(f"another host: {request.url}")


OpenPage = Callable[..., Watched]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """``open_page(script=False, **context)``: a fresh browser window on the phone's screen, in Chinese; complaints fail the test."""
    with windows(browser, site) as open_page:
        yield open_page


@contextmanager
def windows(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """What ``open_page`` gives, for as long as the block lasts."""
    contexts: list[BrowserContext] = []
    opened: list[Watched] = []

    def new(script: bool = False, **context: Any) -> Watched:
        wanted = {"viewport": PHONE, "locale": "zh-CN", "java_script_enabled": script, **context}
        contexts.append(browser.new_context(**wanted))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        opened.append(Watched(contexts[-1].new_page(), site))
        opened[-1].watch()
        return opened[-1]

    yield new
    for context in contexts:
        context.close()
    assert [complaint for watched in opened for complaint in watched.complaints] == []


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong with a page, every rule of its own on; the context must have been opened with ``bypass_csp=True``."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {each['help']}: {[node['html'] for node in each['nodes']]}" for each in found["violations"]]
