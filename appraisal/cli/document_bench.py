"""``appraisal bench documents``: CPU time and size of slips and reports, beside a bare WeasyPrint run of the same text."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from typing import Any, Final

import click

from appraisal import rounds, scoring, store
from appraisal.cli.edge import as_json
from appraisal.cli.statistics.bench_city import AT, bench_city
from appraisal.i18n import DEFAULT
from appraisal.model.department_report import DepartmentFacts, PastFinding, RoundScore
from appraisal.model.finding import FindingState
from appraisal.model.slip import SlipDocument, SlipFinding
from appraisal.model.wording import Wording
from appraisal.secrecy.sealed import new_tally_key

HUNDRED: Final = 100
BALLOTS: Final = 1500
STATEMENT: Final = "材料反复补正，一次性告知不到位，办事企业往返多次；热线与窗口答复口径不同，事后缺少反馈。"
BARE: Final = "@page { size: A4; margin: 37mm 26mm 35mm 28mm } html { font: 16pt/29pt GwFang }"
# What is not the letter itself: list of problems, receipt and form.
ATTACHMENTS: Final = re.compile(r'<section class="attachment">.*?</section>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of a hundred documents, and the size of one in thousands of bytes."""

    cpu_s: float
    kb: float


@click.command("documents")
@click.option("--slips", default=HUNDRED, show_default=True, type=click.IntRange(2), help="Slips that are printed.")
@click.option("--reports", default=HUNDRED, show_default=True, type=click.IntRange(1), help="Reports that are printed.")
@as_json
def bench_documents(slips: int, reports: int, as_json: bool) -> None:
    """Print slips and department reports in this process and tell what a hundred of them cost.

    A two-page slip is the letter without its attachments; whole ones are timed as well. Bare is the same text as plain
    paragraphs in the same fonts, through WeasyPrint alone: no broken lines, no table, no tags. Fewer than a hundred are scaled up.
    """
    letters, bare = _letters(slips)
    whole = _whole_slips(slips)
    printed = _reports(reports)
    figures: dict[str, Any] = {
        "slips_100_cpu_s": round(letters.cpu_s, 2),
        "reports_100_cpu_s": round(printed.cpu_s, 2),
        "ratio_to_bare": round(letters.cpu_s / bare.cpu_s, 2),
        "slip_kb": round(letters.kb, 1),
        "whole_slips_100_cpu_s": round(whole.cpu_s, 2),
        "whole_slip_kb": round(whole.kb, 1),
        "report_kb": round(printed.kb, 1),
    }
    click.echo(json.dumps(figures) if as_json else _said(figures))


def _said(figures: dict[str, Any]) -> str:
    return "\n".join(
        (
            f"100 two-page slips     {figures['slips_100_cpu_s']:7.2f} CPU s, {figures['slip_kb']:.0f} kB each",
            f"  beside bare text     {figures['ratio_to_bare']:7.2f} times",
            f"100 whole slips        {figures['whole_slips_100_cpu_s']:7.2f} CPU s, {figures['whole_slip_kb']:.0f} kB each",
            f"100 department reports {figures['reports_100_cpu_s']:7.2f} CPU s, {figures['report_kb']:.0f} kB each",
        )
    )


def _letters(count: int) -> tuple[Cost, Cost]:
    """Two-page slips and the bare run by turns, so that both meet the same load of the machine."""
    from appraisal.reports import copies, press, slip, slip_wording

    def ours(number: int) -> bytes:
        document = slip_wording.as_printed(_slip(number))
        slip.refuse_missing_letters(document)
        page = ATTACHMENTS.sub("", slip.page_of(document))
        return press.print_pdf(page, slip.style_of(document), {}, slip.VARIANT, copies.give_room)

    texts = [_bare(ATTACHMENTS.sub("", slip.page_of(_slip(number)))) for number in range(count)]

    def plain(number: int) -> bytes:
        return press.print_pdf(texts[number], BARE)

    letters, bare = _cost(count, ours, plain)
    return letters, bare


def _whole_slips(count: int) -> Cost:
    from appraisal.reports import slip

    (cost,) = _cost(count, lambda number: slip.render(_slip(number)).pdf)
    return cost


def _reports(count: int) -> Cost:
    from appraisal.reports import department_report

    with bench_city(BALLOTS) as (engine, kept):
        with store.transaction(engine) as db:
            rounds.open_for_import(db, kept.plan.code, new_tally_key().public, "bench", AT)
            rounds.close(db, kept.plan.code, "bench", AT)
            rounds.note_opened(db, kept, "bench", AT)
            scoring.score_round(db, kept.plan.code, "bench", AT)
        with store.reading(engine) as db:
            ranked = [each.code for each in kept.plan.departments if each.ranked][: min(count, 10)]
            facts = [_grown(scoring.department_facts(db, kept.plan.code, code)) for code in ranked]
    (cost,) = _cost(count, lambda number: department_report.render(facts[number % len(facts)], DEFAULT))
    return cost


def _cost(count: int, *ways: Callable[[int], bytes]) -> Iterator[Cost]:
    """What a hundred cost by each way, done by turns; the first of each is printed before and not timed: it opens the fonts."""
    spent, size = [0.0] * len(ways), [0] * len(ways)
    for way in ways:
        way(0)
    for number in range(count):
        for place, way in enumerate(ways):
            start = time.process_time()
            size[place] += len(way(number))
            spent[place] += time.process_time() - start
    for seconds, octets in zip(spent, size, strict=True):
        yield Cost(seconds * HUNDRED / count, octets / count / 1000)


def _bare(page: str) -> str:
    """The text of a page as paragraphs."""
    body = page.split("<body>", 1)[1]
    blocks = (re.sub(r"<[^>]+>", "", block).strip() for block in re.split(r"</(?:p|h1|h2)>", body))
    return "<html lang=zh-CN><title>bare</title><body>" + "".join(
        f"<p>{unescape(block)}</p>" for block in blocks if block
    )


def _slip(number: int) -> SlipDocument:
    finding = SlipFinding(
        f"WT-2026-{number + 1:04d}", "窗口推诿扯皮", STATEMENT, "属实", 10 + number, "首问负责制度第5条", "设首问负责岗"
    )
    return SlipDocument(
        office="示范市民主评议机关工作办公室",
        number=f"示评办提〔2026〕{number + 1}号",
        department="市交通运输局",
        department_code="D31",
        title="关于市交通运输局民主评议反映问题的工作提示单",
        round_title="2026年度万人民主评议机关",
        collected="2026年10月12日至11月10日",
        findings=(finding,),
        issued_on=date(2026, 11, 23),
        sign_by=date(2026, 11, 25),
        answer_by=date(2026, 12, 14),
        contact="示范市民主评议机关工作办公室督办组",
        copy_to=("市委办公室", "市人大常委会办公室"),
        check_code="7Q2KM9XDAB12",
    )


def _grown(facts: DepartmentFacts) -> DepartmentFacts:
    """With a round before and problems on slips, so that every section of the report has something to set."""
    past = PastFinding(
        facts.plan.code,
        "WT-2026-0001",
        "Z",
        "Z01",
        Wording("窗口推诿"),
        STATEMENT,
        "true",
        FindingState.CLOSED,
        "示评办提〔2026〕1号",
    )
    before = RoundScore("B", Wording("上一轮"), facts.own.score)
    return replace(facts, history=(before, *facts.history), past=(past, replace(past, state=FindingState.ON_SLIP)))
