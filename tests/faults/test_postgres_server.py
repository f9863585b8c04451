"""F3, F5: the PostgreSQL server is killed, or restarted in the middle of a ballot, while respondents vote."""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.harness import history
from tests.faults.harness.installation import Installation, install
from tests.faults.harness.respondent import Answer, Respondent, Unexpected
from tests.faults.harness.server import Server, free_port, status
from tests.faults.harness.storm import Storm, laws_hold
from tests.faults.results import record
from tests.postgres import NoPostgres, Postgres

pytestmark = [pytest.mark.postgres]
FULL = [pytest.mark.full_faults, pytest.mark.timeout(0)]
# Between the UPDATE that spends the code and the end of the INSERT that stores the ballot.
PAUSE = """
    CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(20); RETURN NEW; END';
    CREATE TRIGGER pause BEFORE INSERT ON ballot FOR EACH ROW EXECUTE FUNCTION pause()"""
PAUSING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"


@dataclass(frozen=True)
class Served:
    """The program, its database server, and the round whose codes are held."""

    one: Installation
    postgres: Postgres
    server: Server


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """``appraisal serve`` on a PostgreSQL server of its own; the parameter says how many codes each stratum has."""
    try:
        postgres = Postgres()
    except NoPostgres as lacking:
        pytest.skip(str(lacking))
    try:
        one = install(tmp_path / "var", request.param, free_port(), postgres.create("city"))
        with Server(one.settings) as server:
            yield Served(one, postgres, server)
    finally:
        postgres.stop()


def seconds_away(port: int) -> float:
    """Until a page that asks the database is answered again."""
    begun = time.monotonic()
    while status(port, timeout=2.0) != 200:
        assert time.monotonic() - begun < 60
        time.sleep(0.02)
    return time.monotonic() - begun


@pytest.mark.parametrize(
    ("served", "kills"), [(200, 2), pytest.param(6000, 50, marks=FULL)], indirect=["served"], ids=["quick", "full"]
)
def test_f3_no_acknowledged_ballot_is_lost_when_the_database_server_is_killed(served: Served, kills: int) -> None:
    one, rng, away = served.one, random.Random(11), [0.0]
    storm = Storm(iter(one.codes), one.settings.port, history.History())
    for _ in range(kills):
        storm.history.sending.clear()
        storm.start()
        assert storm.history.sending.wait(60)
        time.sleep(rng.uniform(0.02, 0.4))
        served.postgres.kill()
        time.sleep(rng.uniform(0.0, 0.2))
        served.postgres.start()
        away.append(seconds_away(one.settings.port))
        storm.stop()
        laws_hold(one, storm, settled=False)
    storm.settle()
    found = laws_hold(one, storm)
    said = {
        "longest_s_until_it_serves_again": round(max(away), 2),
        "answers_503": sum(count for where, count in storm.trouble.items() if where.endswith("503")),
    }
    record("F3", f"PostgreSQL killed {kills} times", kills=kills, **found, lost=0, doubled=0, **said)
    # The program was never started again.
    assert served.server.process.poll() is None
    assert max(away) < 10
    assert found["acknowledged"] == found["stored"] > 0


def pausing(served: Served) -> bool:
    return served.postgres.run(PAUSING) == [(1,)]


def hand_in_over_a_restart(served: Served, one: Respondent) -> Answer:
    """Submit, restart the database server while the ballot is between spent and stored; the answer."""
    for statement in PAUSE.split(";\n"):
        served.postgres.run(statement, "city")
    answers: list[Answer] = []
    asked = threading.Thread(target=lambda: answers.append(one.submit()))
    asked.start()
    while not pausing(served):
        time.sleep(0.01)
    served.postgres.restart("immediate")
    asked.join()
    served.postgres.run("DROP FUNCTION pause CASCADE", "city")
    return answers[0]


@pytest.mark.parametrize(
    ("served", "times"), [(5, 1), pytest.param(20, 25, marks=FULL)], indirect=["served"], ids=["quick", "full"]
)
def test_f5_a_restart_between_spending_and_storing_leaves_both_undone(served: Served, times: int) -> None:
    lines = history.History()
    for code in served.one.codes[:times]:
        respondent = Respondent(code, "S2", served.one.settings.port, lines)
        respondent.come_in()
        respondent.fill_in()
        respondent.read_over()
        before = served.one.box()
        answer = hand_in_over_a_restart(served, respondent)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "20")
        assert served.one.box() == before
        hand_in_again(respondent)
    box = served.one.box()
    assert history.faults(lines.lines, box, served.one.secrets.receipt_key, settled=True) == []
    record("F5", f"PostgreSQL restarted {times} times", **history.tally(lines.lines, box), answers_503=times)
    assert len(box.ballots) == len(box.spent) == times


def hand_in_again(respondent: Respondent) -> None:
    """A connection of another process may still be the dead one: then the page says once more to come back."""
    for _ in range(5):
        try:
            respondent.hand_in()
        except Unexpected as refused:
            if refused.status != 503:
                raise
        else:
            return
    pytest.fail("no receipt after five tries")
