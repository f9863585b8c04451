"""Run as a process of its own: cast ballots with four threads, and say each receipt only after its transaction has ended.

``python -m tests.faults.casting_loop HOME < codes`` — one line ``number code`` a ballot; answers with ``number receipt``.
"""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from appraisal import collect, store
from appraisal.model.faults import Refused
from appraisal.settings import Settings
from tests.makers import TODAY, make_answers, make_nonce


def main() -> None:
    settings = Settings(home=Path(sys.argv[1]), demo=True)
    engine, secrets = store.connect(settings.database), settings.read_secrets()

    def cast(line: str) -> None:
        number, code = line.split()
        try:
            with store.reading(engine) as db:
                entry = collect.enter(db, code, secrets, TODAY)
            answers = make_answers(entry.round.plan.questionnaire, entry.paper, int(number), "意见")
            ready = collect.seal_ballot(entry, answers, make_nonce(int(number)), secrets, random.SystemRandom())
            with store.transaction(engine) as db:
                receipt: str | None = collect.keep_ballot(db, ready, TODAY)
        except Refused:
            with store.reading(engine) as db:
                receipt = collect.receipt_of(db, make_nonce(int(number)), secrets)
        sys.stdout.write(f"{number} {receipt}\n")
        sys.stdout.flush()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(cast, sys.stdin.read().splitlines()))


if __name__ == "__main__":
    main()
