"""``appraisal bench attacks``: how often the signals find forged ballots, and how many honest ones they would set aside."""

import json
from dataclasses import asdict

import click

from appraisal.cli.edge import as_json
from appraisal.demo.trials import HONEST, TrialSummary, run_trials


@click.command("attacks")
@click.option("--honest", type=click.IntRange(0), default=200, show_default=True, help="Rounds without an attack.")
@click.option("--attacked", type=click.IntRange(0), default=100, show_default=True, help="Rounds with each attack.")
@click.option(
    "--ballots", type=click.IntRange(200), default=10_000, show_default=True, help="Honest ballots in a round."
)
@click.option("--seed", type=int, default=20260101, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes.")
@as_json
def attacks(honest: int, attacked: int, ballots: int, seed: int, workers: int, as_json: bool) -> None:
    """Put made-up rounds through the signals: honest ones with an honest burst in each, and the same with 200 forged ballots.

    An attack is found when a signal names at least 20 forged ballots that are a fifth of those it names. Every signalled ballot
    is counted as set aside, though in a round two people decide. Takes some twenty minutes of CPU time with the defaults.
    """
    summaries = run_trials(honest, attacked, ballots, seed, workers)
    if as_json:
        click.echo(json.dumps({one.scenario: asdict(one) for one in summaries}))
        return
    click.echo(HEADING)
    for one in summaries:
        click.echo(_line(one))


HEADING = f"{'scenario':<22}{'rounds':>7}{'detected':>10}{'caught':>9}{'honest held':>13}{'worst round':>13}  signals"


def _line(one: TrialSummary) -> str:
    told = ", ".join(f"{kind} {count}" for kind, count in one.kinds.items()) or "none"
    detected, caught = ("–" if share is None else f"{share:.1%}" for share in (one.detected, one.caught))
    name = f"{one.scenario} rounds" if one.scenario == HONEST else one.scenario
    return f"{name:<22}{one.rounds:>7}{detected:>10}{caught:>9}{one.honest_held:>13.2%}{one.most_held:>13.2%}  {told}"
