"""The public bulletin: one body for the screen and for paper, so that page and PDF cannot say two things."""

from collections.abc import Callable, Mapping
from typing import Final

from markupsafe import Markup

from appraisal.i18n import TAGS
from appraisal.model.bulletin import BulletinFacts
from appraisal.reports import bulletin_parts, charts, figures, press
from appraisal.reports.public_results import as_results
from appraisal.reports.report_page import Picture, long_date, picture, print_report, said_in

# Narrower than on the office's screen: the public reads on phones, and paper is no wider.
PLOT: Final = 240.0


def body(facts: BulletinFacts, links: Mapping[str, str], language: str) -> str:
    """The bulletin as a piece of a page, its drawings in it. ``links``: addresses of ``log``, ``pdf`` and, where there is one,
    ``bundle``."""
    drawn = _pictures(facts, language)

    def show(name: str) -> Markup:
        # Drawn by our own code, every text in it escaped there.
        return Markup(drawn[name])

    return press.templates().get_template("bulletin_body.html").render(_parts(facts, drawn, show, links, language))


def render(facts: BulletinFacts, language: str) -> bytes:
    """The bulletin as PDF/A-3a; the same bytes for the same facts.

    Raises ``Refused``, before anything is set, when the fonts lack a character; ``press.Misprint`` when WeasyPrint warns.
    """
    drawn = _pictures(facts, language)
    alts = {name: picture(svg) for name, svg in drawn.items()}

    def show(name: str) -> Markup:
        return _image(name, alts[name])

    website = facts.plan.office.website
    places = {"log": f"log/{facts.said.code}", "bundle": f"bulletin/{facts.said.code}.zip"}
    links = {name: f"{website}/{place}" for name, place in places.items()} if website else {}
    parts = _parts(facts, drawn, show, links, language)
    return print_report("bulletin", facts.said.title[language], parts, drawn, language)


def _image(name: str, alt: Picture) -> Markup:
    return Markup('<img src="picture:{}" alt="{}" style="width:{}mm">').format(name, alt.words, alt.width)


def _pictures(facts: BulletinFacts, language: str) -> dict[str, str]:
    """The scores of every group in which departments are compared, all to the same scale."""
    results = as_results(facts.said)
    groups = {code: charts.of_group(results, code) for code in results.groups}
    return {
        f"scores-{code}": charts.caterpillar(one, language, key=f"scores-{code}", plot=PLOT, scale=results.departments)
        for code, one in groups.items()
        if one.departments
    }


def _parts(
    facts: BulletinFacts,
    drawn: Mapping[str, str],
    show: Callable[[str], Markup],
    links: Mapping[str, str],
    language: str,
) -> dict[str, object]:
    return {
        "_": said_in(language),
        "fig": figures,
        "facts": facts,
        "said": facts.said,
        "plan": facts.plan,
        "policy": facts.plan.policy,
        "language": language,
        "tag": TAGS[language],
        "office": facts.plan.office.name[language],
        "published": long_date(facts.published_on, language),
        "drawn": frozenset(drawn),
        "show": show,
        "links": links,
        "groups": bulletin_parts.groups(facts, language),
        "item": facts.plan.questionnaire.item(facts.plan.policy.score_item),
    }
