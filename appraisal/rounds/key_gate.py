"""The gate before an opening: a round whose key is split opens only when every share of that very key was tried."""

from appraisal.model.faults import Refused
from appraisal.model.rehearsal import REHEARSED, rehearsed_shares
from appraisal.model.round import Custody
from appraisal.secrecy.shares import SHARES, show_fingerprint
from appraisal.store import Session
from appraisal.store.rounds import KeptRound
from appraisal.store.trails import round_steps


def refuse_unrehearsed(db: Session, kept: KeptRound, public: bytes) -> None:
    """Raises ``Refused`` unless the key is a file, or ``public`` is the key that was split and all its shares were rehearsed."""
    if kept.plan.tally_key is not Custody.SHARES:
        return
    if kept.tally_public_key is None or kept.tally_public_key != public:
        raise Refused(
            "本轮的开票密钥要拆成三份，还没有拆。请先运行appraisal round key split %(code)s。", code=kept.plan.code
        )
    missing = untried_shares(db, kept)
    if missing:
        raise Refused(
            "开票密钥还没有演练完，不能开始评议；还没有试过的份额：%(shares)s。请运行appraisal round key rehearse %(code)s。",
            shares="、".join(map(str, missing)),
            code=kept.plan.code,
        )


def untried_shares(db: Session, kept: KeptRound) -> tuple[int, ...]:
    """The numbers of the shares of the round's key that took part in no rehearsal yet."""
    notes = [step.note for step in round_steps(db, kept.id) if step.action == REHEARSED]
    tried = frozenset[int]()
    if kept.tally_public_key is not None:
        tried = rehearsed_shares(notes, show_fingerprint(kept.tally_public_key))
    return tuple(number for number in range(1, SHARES + 1) if number not in tried)
