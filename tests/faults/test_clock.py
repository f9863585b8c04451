"""F16, F17, F18: the clock jumps, the round is closed while respondents hand in, more people come than there are codes."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from appraisal import store
from appraisal.cli import main
from appraisal.store.opened import opened_count
from appraisal.store.rounds import find_round
from tests.faults.harness import skew
from tests.faults.harness.history import History
from tests.faults.harness.installation import Installation
from tests.faults.harness.respondent import Respondent, Unexpected
from tests.faults.harness.server import kill_group
from tests.faults.harness.storm import Storm, laws_hold
from tests.faults.harness.warm import WarmStarts
from tests.faults.results import record

FULL = [pytest.mark.full_faults, pytest.mark.timeout(0)]
HOUR = 3600
JUMPS = {"+1 h": HOUR, "-1 h": -HOUR, "+13 h": 13 * HOUR, "-1 day": -24 * HOUR, "+1 s (leap)": 1, "+3 days": 72 * HOUR}


@pytest.fixture
def skewed(tmp_path: Path) -> Iterator[tuple[WarmStarts, Callable[[int], object]]]:
    """Servers whose clock runs as many seconds beside the real one as was said last."""
    told = tmp_path / "skew"
    told.write_text("0")
    starts = WarmStarts(tmp_path / "skewed.log", extra={skew.FILE: str(told)})
    yield starts, lambda seconds: told.write_text(str(seconds))
    starts.close()


def close(one: Installation) -> None:
    done = CliRunner().invoke(main, ["round", "close", one.round_code], env={"APPRAISAL_HOME": str(one.settings.home)})
    assert done.exit_code == 0, done.output


@pytest.mark.full_faults
@pytest.mark.timeout(0)
def test_f16_a_clock_that_jumps_refuses_nobody_within_the_days_and_opens_no_closed_round(
    skewed: tuple[WarmStarts, Callable[[int], object]], fresh: Callable[[], Installation]
) -> None:
    (starts, set_clock), one, history = skewed, fresh(), History()
    group = starts.start(one.settings)
    codes, asked_anew = iter(one.codes), []
    for name, seconds in JUMPS.items():
        waiting = Respondent(next(codes), "S4", one.settings.port, history)
        set_clock(0)
        waiting.come_in()
        waiting.fill_in()
        set_clock(seconds)
        asked_anew += [name] if vote_after_jump(waiting) else []
        assert waiting.receipt
    set_clock(0)
    late = Respondent(next(codes), "S4", one.settings.port, history)
    late.come_in()
    late.fill_in()
    late.read_over()
    close(one)
    set_clock(-48 * HOUR)
    with pytest.raises(Unexpected):
        late.hand_in()
    kill_group(group)
    found = laws_hold(one, Storm(iter(()), one.settings.port, history))
    record("F16", "jumps of the clock", **found, jumps=", ".join(JUMPS), code_asked_anew=", ".join(asked_anew))
    # Twelve hours are a cookie's life; nobody else may be sent back to the code.
    assert set(asked_anew) <= {"+13 h", "-1 day", "+3 days"}


def vote_after_jump(waiting: Respondent) -> bool:
    """Goes on where it was; whether the code had to be typed again. The draft is kept either way."""
    try:
        waiting.read_over()
        waiting.hand_in()
    except Unexpected:
        waiting.come_in()
        waiting.read_over()
        waiting.hand_in()
        return True
    return False


@pytest.mark.parametrize(("clients", "times"), [(10, 1), pytest.param(100, 5, marks=FULL)])
def test_f17_what_was_acknowledged_before_the_close_is_counted_and_nothing_else(
    serve: Callable[[], tuple[Installation, int]], clients: int, times: int
) -> None:
    counted: Counter[str] = Counter()
    for number in range(times):
        one, group = serve()
        storm = Storm(iter(()), one.settings.port, History(), clients=16, timeout=60.0)
        storm.begun = [ready(one, code, storm.history) for code in one.codes[:clients]]
        storm.start()
        # The close falls among the first, the middle or the last of them.
        while len(storm.history.lines) < clients * (2 * number + 1) // (2 * times + 2):
            time.sleep(0.001)
        close(one)
        storm.stop()
        # Whoever tries again now gets the receipt that was given, or is told that it is over.
        storm.settle_once()
        found = laws_hold(one, storm)
        assert opened(one) == found["acknowledged"] == found["stored"]
        counted += Counter(found)
        kill_group(group)
    record("F17", f"{times} closes {clients} hand in", **counted, counted_after_close=counted["stored"])
    assert counted["acknowledged"] > 0


def ready(one: Installation, code: str, history: History) -> Respondent:
    """Somebody whose next click hands in."""
    respondent = Respondent(code, "S4", one.settings.port, history, 60.0)
    respondent.come_in()
    respondent.fill_in()
    respondent.read_over()
    return respondent


def opened(one: Installation) -> int:
    """Ballots that lie open: what the scores are made of."""
    engine = store.connect(one.settings.database)
    with store.reading(engine) as db:
        kept = find_round(db, one.round_code)
        assert kept is not None
        count = opened_count(db, kept.id)
    engine.dispose()
    return count


@pytest.mark.parametrize("codes", [5, pytest.param(100, marks=FULL)])
def test_f18_twice_as_many_people_as_codes_make_as_many_ballots_as_codes(
    serve: Callable[[], tuple[Installation, int]], codes: int
) -> None:
    one, _ = serve()
    storm = Storm(iter(()), one.settings.port, History())
    people = [Respondent(code, "S4", one.settings.port, storm.history, 60.0) for code in one.codes[:codes] * 2]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(storm.vote_alone, people))
    found = one.box(opened=False)
    record("F18", f"{2 * codes} people {codes} codes", stored=len(found.ballots), spent=len(found.spent))
    assert len(found.ballots) == len(found.spent) == codes
