"""What goes into an envelope comes out of it, texts apart from the rest."""

from hypothesis import given
from hypothesis import strategies as st

from appraisal import i18n
from appraisal.collect import refusals
from appraisal.collect.envelope import pack_ballot, pack_text, texts_of, unpack_ballot, unpack_text
from appraisal.model.ballot import Answers, DraftBallot, Sheet, answered

codes = st.text(min_size=1, max_size=6)
texts = st.text(max_size=30)
sheets = st.builds(
    Sheet,
    ratings=st.dictionaries(codes, texts, max_size=3),
    marks=st.dictionaries(codes, st.lists(codes, max_size=3, unique=True).map(tuple), max_size=2),
    texts=st.dictionaries(codes, texts, max_size=2),
)
ballots = st.builds(Answers, departments=st.dictionaries(codes, sheets, max_size=4), overall=sheets)


@given(codes, ballots)
def test_stratum_and_answers_come_back_without_texts(stratum: str, answers: Answers) -> None:
    opened, bare = unpack_ballot(pack_ballot(stratum, answers))
    assert opened == stratum
    assert not any(sheet.texts for sheet in (*bare.departments.values(), bare.overall))
    assert {code: (sheet.ratings, sheet.marks) for code, sheet in bare.departments.items()} == {
        code: (sheet.ratings, sheet.marks)
        for code, sheet in answers.departments.items()
        if sheet.ratings or sheet.marks
    }


@given(ballots)
def test_every_text_comes_back_with_its_department_and_item(answers: Answers) -> None:
    found = [unpack_text(pack_text(text)) for text in texts_of(answers)]
    wanted = [(code, *text) for code, sheet in answers.departments.items() for text in sheet.texts.items()]
    assert [(one.department, one.item, one.text) for one in found] == [
        *wanted,
        *(("", *text) for text in answers.overall.texts.items()),
    ]


@given(ballots, st.lists(codes, max_size=4), st.binary(min_size=16, max_size=16))
def test_a_draft_comes_back_as_it_was(answers: Answers, chosen: list[str], nonce: bytes) -> None:
    draft = DraftBallot(answers, tuple(chosen), nonce)
    assert DraftBallot.from_json(draft.to_json()) == draft


@given(ballots)
def test_blanks_are_dropped_and_nothing_else(answers: Answers) -> None:
    kept = answered(answers)
    assert answered(kept) == kept
    assert all(not sheet.empty for sheet in kept.departments.values())
    for code, sheet in kept.departments.items():
        assert sheet.ratings.items() <= answers.departments[code].ratings.items()
        assert sheet.marks.items() <= answers.departments[code].marks.items()


def test_every_refusal_is_said_in_english_too() -> None:
    said = [value for name, value in vars(refusals).items() if name.isupper()]
    assert len(said) > 10
    assert all(i18n.text("en", reason) != reason for reason in said)
