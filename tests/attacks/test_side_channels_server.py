"""Side channels of the running server: logs, crashes, sessions, counters, refusals, the proxy and the unit it is started by."""

import os
import re
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from appraisal import collect, store
from appraisal.secrecy import keys
from appraisal.secrecy.cookies import open_cookie
from appraisal.settings import Secrets, city_now
from appraisal.store import Engine, Session
from appraisal.store.tables import Base
from appraisal.web.policy import POLICY
from tests.attacks.adversary import everything, hits
from tests.attacks.conftest import City
from tests.faults.harness.server import free_port
from tests.makers import OpenRound, make_cast, make_open_round
from tests.web.conftest import app, opened, place_of
from tests.web.respondent_journey import FULL, Respondent

__all__ = ["app", "opened"]
DEPLOY = Path(__file__).parents[2] / "deploy"
CANARY = "CANARY7F3AQ2"


def columns() -> set[str]:
    return {f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_servers_log_holds_no_code_no_nonce_no_text_and_no_address_of_a_page(city: City) -> None:
    """S6."""
    log = everything(city.settled)["server.log"]
    assert hits({"log": log}, city.canaries) == []
    assert log.count(b"\n") < 100, "a line for every request would tell who came when"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_crash_tells_its_place_and_nothing_of_what_it_held(city: City) -> None:
    """S8: two pages were made to fail, once in the database and once in our own code."""
    log = everything(city.settled)["server.log"].decode("utf-8", "replace")
    assert "POST /ballot/d/<department>" in log
    assert "SealBroken" in log
    assert hits({"shown": city.crash.encode(), "log": log.encode()}, city.canaries) == []
    assert "Traceback" not in city.crash
    assert "sealed" not in city.crash


def test_the_shipped_conf_of_the_proxy_writes_no_request_down() -> None:
    """S7, as far as it can be read."""
    conf = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert re.findall(r"^ *access_log (.+);", conf, re.MULTILINE) == ["off"]
    assert re.findall(r"^ *error_log .+ (\w+);", conf, re.MULTILINE) == ["crit"]
    assert "proxy_max_temp_file_size 0;" in conf
    sizes = [
        re.search(rf"^ *{name} (\w+);", conf, re.MULTILINE)
        for name in ("client_max_body_size", "client_body_buffer_size")
    ]
    assert len({size[1] for size in sizes if size}) == 1


class Behind(BaseHTTPRequestHandler):
    """What stands behind the proxy in this test: it fails on one address and answers every other."""

    def do_GET(self) -> None:
        self.send_response(500 if "fail" in self.path else 200)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A real nginx with the shipped conf, its own folders and a server behind it; the proxy's address and its folder."""
    nginx = os.environ.get("NGINX") or shutil.which("nginx")
    if nginx is None:
        pytest.skip("no nginx here: NGINX=/path/to/nginx, or install nginx; the conf is read by another test")
    behind, port = HTTPServer(("127.0.0.1", 0), Behind), free_port()
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    # Another port without TLS, another folder for the log: everything else as it is shipped.
    conf = (
        (DEPLOY / "nginx.conf")
        .read_text("utf-8")
        .replace("443 ssl", f"127.0.0.1:{port}")
        .replace("8000", str(behind.server_port))
    )
    conf = re.sub(r"^ *ssl_.*\n", "", conf, flags=re.MULTILINE).replace("/var/log/nginx/", f"{tmp_path}/")
    paths = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/main.log crit; events {{}} http {{ {paths} {conf} }}"
    (tmp_path / "whole.conf").write_text(whole, "utf-8")
    process = subprocess.Popen(
        [nginx, "-p", str(tmp_path), "-c", str(tmp_path / "whole.conf")], stderr=subprocess.DEVNULL
    )
    for _ in range(100):
        if (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip():
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}", tmp_path
    process.terminate()
    process.wait(10)
    behind.shutdown()
    behind.server_close()


def test_the_proxy_as_shipped_leaves_no_trace_of_a_request(proxied: tuple[str, Path]) -> None:
    """S7: a real nginx with the shipped conf; a good page, a failing one, one that is not there, and a large form."""
    address, folder = proxied
    with urllib.request.urlopen(f"{address}/q/{CANARY}", timeout=10) as answer:
        assert CANARY in answer.read().decode()
    with pytest.raises(urllib.error.HTTPError, match="500"):
        urllib.request.urlopen(f"{address}/fail/{CANARY}", timeout=10)
    with urllib.request.urlopen(f"{address}/ballot/d/D1", f"item-T1={CANARY * 20_000}".encode(), 10) as answer:
        assert answer.status == 200
    held = {name: content for name, content in everything(folder).items() if name != "whole.conf"}
    assert hits(held, [CANARY]) == []
    assert not any(b"127.0.0.1" in content for content in held.values())


def test_no_table_and_no_file_keeps_an_address_of_a_network() -> None:
    """S9: what slows down a guesser lives in memory; nothing that is stored has a place for an address."""
    assert not [
        one for one in columns() if re.search(r"\b(ip|addr|address|remote|host|forwarded)\b", one.replace("_", " "))
    ]


def test_a_ballots_cookie_is_no_session_and_is_gone_after_the_submit(app: Flask, opened: OpenRound) -> None:
    """S10."""
    comer = Respondent(app)
    comer.enter(opened.issued[0].code)
    cookie, staff = comer.client.get_cookie("ballot"), comer.client.get_cookie("staff")
    assert cookie is not None and staff is None  # noqa: PT018
    secrets = place_of(app).secrets
    assert set(open_cookie(secrets.cookie_key, cookie.value, city_now()) or {}) == {"code"}
    with comer.client.session_transaction() as kept:
        assert set(kept) <= {"csrf_token", "_fresh", "_flashes"}
    comer.answer(comer.departments()[0], **FULL)
    assert comer.submit(comer.nonce())
    assert comer.client.get_cookie("ballot") is None


def rows(db: Session) -> dict[str, int]:
    return {
        table.name: db.scalar(text(f"SELECT count(*) FROM {table.name}")) or 0 for table in Base.metadata.sorted_tables
    }


def test_a_ballot_causes_no_mail_no_event_and_no_job(db: Session, secrets: Secrets) -> None:
    """S12: beside the ballot, its comments and the draft that goes, no row of any table comes or goes."""
    opened = make_open_round(db, secrets)
    before = rows(db)
    make_cast(db, secrets, opened, 0, "意见")
    after = rows(db)
    assert {name for name in after if after[name] != before[name]} <= {"ballot", "sealed_comment", "draft"}
    assert after["ballot"] == before["ballot"] + 1


def test_the_office_sees_only_steps_of_twenty_while_the_round_is_open(db: Session, secrets: Secrets) -> None:
    """S13."""
    opened = make_open_round(db, secrets, codes=45)
    told = []
    for number in range(45):
        make_cast(db, secrets, opened, number)
        told.append(collect.participation(db, opened.code)[0].ballots)
    assert told == [0] * 19 + [20] * 20 + [40] * 6


def test_the_difference_of_two_counts_never_isolates_a_ballot(db: Session, secrets: Secrets) -> None:
    """S14."""
    opened, seen = make_open_round(db, secrets, codes=30), []
    for number in range(60):
        make_cast(db, secrets, opened, number)
        seen.append([one.ballots for one in collect.participation(db, opened.code)])
    steps = [b - a for first, second in pairwise(seen) for a, b in zip(first, second, strict=True)]
    assert set(steps) == {0, 20}


def test_strata_too_small_to_hide_in_are_named_at_the_issue() -> None:
    """S15."""
    assert collect.small_strata({"enterprise": 30, "deputy": 29, "citizen": 0}) == ("deputy",)


def test_nothing_is_kept_of_a_browser_a_language_or_a_time_of_answering() -> None:
    """S19."""
    told = re.compile(
        r"agent|browser|screen|language|locale|duration|elapsed|started|submitted|seen_at|device", re.IGNORECASE
    )
    staff = ("staff_session.", "account.")
    assert [one for one in columns() if told.search(one) and not one.startswith(staff)] == []


def test_a_refused_code_does_not_tell_why(app: Flask, opened: OpenRound) -> None:
    """S22: unknown, mistyped, spent and revoked codes get the same page with the same status."""
    place = place_of(app)
    with store.transaction(place.engine) as db:
        make_cast(db, place.secrets, opened, 1)
        revoked = keys.digest(place.secrets.pepper, opened.code, opened.issued[2].code)
        db.execute(text("UPDATE invitation SET revoked=1 WHERE digest=:d"), {"d": revoked})
    pages = set()
    for code in (opened.issued[1].code, opened.issued[2].code, "0000-0000-0000", "7K2M-9QDX-4T0A", "?"):
        answer = Respondent(app).enter(code)
        pages.add((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert len(pages) == 1
    assert pages.pop()[0] == 403


def test_the_shipped_unit_leaves_no_core_and_nothing_in_swap() -> None:
    """S27: read, not run: there is no systemd to start it with on a machine of tests. What it says is verified where it can be."""
    unit = (DEPLOY / "appraisal.service").read_text("utf-8")
    said = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
    assert (said["LimitCORE"], said["MemorySwapMax"], said["UMask"], said["PrivateTmp"]) == ("0", "0", "0077", "yes")
    assert said["ExecStart"].endswith("appraisal serve")


def test_no_page_of_the_office_shows_a_single_ballot(app: Flask) -> None:
    """S28."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in POLICY]
    assert len(rules) > 20
    named = {argument for rule in rules for argument in rule.arguments}
    assert not {one for one in named if re.search(r"ballot|response|respondent|receipt|draft|invitation", one)}
    assert not [rule.rule for rule in rules if re.search(r"/(ballots?|responses?)/<", rule.rule)]


def test_an_engine_that_is_asked_for_a_core_has_nothing_of_a_ballot_in_its_refusals(engine: Engine) -> None:
    """S8, in the store: an error of the database names the statement and never what was bound to it."""
    with store.transaction(engine) as db, pytest.raises(Exception, match="no such table") as wrong:
        db.execute(text("INSERT INTO nowhere VALUES (:said)"), {"said": CANARY})
    assert CANARY not in str(wrong.value)
