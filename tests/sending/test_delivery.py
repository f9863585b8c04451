"""The outbox against real mail servers: each message once, none lost, and nobody waits for a gateway."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from appraisal import store
from appraisal.model.faults import Refused
from appraisal.model.message import MOST_ATTEMPTS, Channel, Message, MessageKind, MessageState
from appraisal.sending import MailServer, deliver, opener, ways_out
from appraisal.settings import Settings, SettingsError, city_now
from appraisal.store import Engine, outbox
from tests.sending.mail_servers import Postbox, served, wait_for

LOOP = Path(__file__).with_name("sending_loop.py")
NOW = city_now()
NOWHERE = MailServer("127.0.0.1", 1, "pingyi@example.cn", tls="none", seconds=1)


def message(number: int = 0, recipient: str = "", kind: MessageKind = MessageKind.NOTICE, **changes: object) -> Message:
    fields = {"subject": f"提示单〔2026〕{number}号", "body": f"第{number}件。\n", "channel": Channel.EMAIL}
    to = recipient or f"d{number}@example.cn"
    return Message(kind=kind, recipient=to, expires_on=NOW.date() + timedelta(days=9), **{**fields, **changes})  # type: ignore[arg-type]


def put(engine: Engine, *messages: Message) -> None:
    with store.transaction(engine) as db:
        outbox.put_all(db, [(f"key/{number}", each) for number, each in enumerate(messages)], NOW)


def go(settings: Settings, engine: Engine, mail: MailServer | None, now: datetime = NOW) -> int:
    return deliver(engine, ways_out(settings, mail), opener(settings), now)


def states(engine: Engine) -> dict[str, tuple[str, int, str]]:
    with store.reading(engine) as db:
        return {one.key: (one.state, one.attempts, one.reason) for one in outbox.shown(db)}


def test_a_message_goes_out_once_and_says_who_sent_it(settings: Settings, engine: Engine) -> None:
    put(engine, message(7))
    with served(box := Postbox()) as server:
        assert [go(settings, engine, server) for _ in range(2)] == [1, 0]
    (mail,) = box.mails
    assert box.recipients == ["d7@example.cn"]
    assert (mail["From"], mail["Auto-Submitted"]) == ("pingyi@example.cn", "auto-generated")
    assert mail.get_payload(decode=True) == "第7件。\n".encode()
    assert states(engine) == {"key/0": (MessageState.SENT, 1, "")}


def test_a_key_that_is_there_is_not_put_again_also_after_it_was_sent(settings: Settings, engine: Engine) -> None:
    put(engine, message(1))
    with served(Postbox()) as server:
        go(settings, engine, server)
    with store.transaction(engine) as db:
        assert not outbox.put(db, "key/0", message(2), NOW + timedelta(days=3))
        assert outbox.put(db, "key/1", message(2), NOW)


def test_a_message_is_put_only_with_what_caused_it(engine: Engine) -> None:
    def put_and_fail() -> None:
        with store.transaction(engine) as db:
            outbox.put(db, "key", message(), NOW)
            raise Refused("what caused it was not done")

    with pytest.raises(Refused):
        put_and_fail()
    assert states(engine) == {}


def test_while_the_server_is_down_nothing_is_lost_and_no_attempt_is_counted(settings: Settings, engine: Engine) -> None:
    put(engine, message(1), message(2))
    for days in range(3):
        assert go(settings, engine, NOWHERE, NOW + timedelta(days=days)) == 0
    assert {attempts for _, attempts, _ in states(engine).values()} == {0}
    with served(box := Postbox()) as server:
        assert go(settings, engine, server, NOW + timedelta(days=3)) == 2
    assert sorted(box.recipients) == ["d1@example.cn", "d2@example.cn"]


def test_without_a_mail_server_mail_waits_and_text_messages_go(settings: Settings, engine: Engine) -> None:
    put(engine, message(1), message(2, "13800000000", channel=Channel.SMS))
    assert go(settings, engine, None) == 1
    (line,) = (settings.home / "outbox" / "sms.jsonl").read_text("utf-8").splitlines()
    assert (json.loads(line)["to"], json.loads(line)["text"]) == ("13800000000", "第2件。\n")
    assert states(engine)["key/0"][0] == MessageState.QUEUED


@pytest.mark.parametrize("answer", [{"to_recipient": "450 later"}, {"to_mail": "451 later"}])
def test_a_4xx_is_tried_again_later_and_at_last_given_up(
    settings: Settings, engine: Engine, answer: dict[str, str]
) -> None:
    put(engine, message(1))
    with served(Postbox(**answer)) as server:
        assert go(settings, engine, server) == go(settings, engine, server) == 0
        assert states(engine)["key/0"][:2] == (MessageState.QUEUED, 1)
        for days in range(1, MOST_ATTEMPTS):
            go(settings, engine, server, NOW + timedelta(days=days))
    code = next(iter(answer.values()))[:3]
    assert states(engine)["key/0"] == (MessageState.FAILED, MOST_ATTEMPTS, code)


@pytest.mark.parametrize("answer", [{"to_recipient": "550 nobody"}, {"to_mail": "554 no"}])
def test_a_5xx_fails_at_once_and_holds_up_no_other_until_somebody_tries_again(
    settings: Settings, engine: Engine, answer: dict[str, str]
) -> None:
    put(engine, message(1), message(2))
    with served(Postbox(**answer)) as server:
        go(settings, engine, server)
    assert {state for state, _, _ in states(engine).values()} == {MessageState.FAILED}
    with store.transaction(engine) as db:
        assert outbox.retry_failed(db, NOW) == 2
    with served(box := Postbox()) as server:
        assert go(settings, engine, server) == len(box.mails) == 2


def test_a_slow_server_costs_one_attempt_and_the_repeat_carries_the_same_id(settings: Settings, engine: Engine) -> None:
    put(engine, message(1))
    with served(box := Postbox(seconds=2), seconds=0.5) as server:
        assert go(settings, engine, server) == 0
        assert states(engine)["key/0"][:2] == (MessageState.QUEUED, 1)
        time.sleep(2)
        box.seconds = 0
        go(settings, engine, server, NOW + timedelta(minutes=6))
    assert len({mail["Message-ID"] for mail in box.mails}) == 1
    assert states(engine)["key/0"][0] == MessageState.SENT


def test_no_lock_is_held_while_a_slow_server_thinks(settings: Settings, engine: Engine) -> None:
    put(engine, message(1))
    with served(box := Postbox(seconds=3)) as server:
        args = [sys.executable, str(LOOP), str(settings.home), str(server.port)]
        with subprocess.Popen(args, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) as worker:
            while not any(attempts for _, attempts, _ in states(engine).values()):
                time.sleep(0.01)
            with store.transaction(engine) as db:
                assert outbox.put(db, "other", message(2), NOW)
            assert box.mails == []
            assert worker.wait() == 0


def test_two_workers_send_nothing_twice(settings: Settings, engine: Engine) -> None:
    put(engine, *(message(number) for number in range(12)))
    with served(box := Postbox(seconds=0.02)) as server:
        args = [sys.executable, str(LOOP), str(settings.home), str(server.port)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        workers = [subprocess.Popen(args, env=environment) for _ in range(2)]
        assert [worker.wait() for worker in workers] == [0, 0]
    assert Counter(box.recipients) == {f"d{number}@example.cn": 1 for number in range(12)}


def test_a_killed_worker_leaves_each_message_sent_and_at_most_one_sent_twice(
    settings: Settings, engine: Engine
) -> None:
    put(engine, *(message(number) for number in range(10)))
    with served(box := Postbox(seconds=0.05)) as server:
        args = [sys.executable, str(LOOP), str(settings.home), str(server.port)]
        with subprocess.Popen(args, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) as worker:
            wait_for(box, 3)
            worker.kill()
        go(settings, engine, server, city_now() + timedelta(minutes=10))
    counted = Counter(mail["Message-ID"] for mail in box.mails)
    assert set(box.recipients) == {f"d{number}@example.cn" for number in range(10)}
    assert len(counted) == 10
    assert sorted(counted.values())[-2:] in ([1, 1], [1, 2])


def test_what_is_out_of_date_is_not_sent(settings: Settings, engine: Engine) -> None:
    put(engine, message(1), message(2, kind=MessageKind.REMINDER))
    with served(box := Postbox()) as server:
        assert go(settings, engine, server, NOW + timedelta(days=10)) == 0
    assert box.mails == []
    assert states(engine) == {"key/0": (MessageState.FAILED, 0, "expired")}
    with store.reading(engine) as db:
        assert outbox.waiting_reminders(db) == 0


def test_a_notice_is_forgotten_ninety_days_after_it_was_sent(settings: Settings, engine: Engine) -> None:
    put(engine, message(1))
    with served(Postbox()) as server:
        go(settings, engine, server)
        go(settings, engine, server, NOW + timedelta(days=91))
    assert states(engine) == {}


@pytest.mark.parametrize("field", ["subject", "recipient"])
@pytest.mark.parametrize("sign", ["\r\nBcc: x@example.cn", "\n", "\x00", "\u2028", "\u202e", "\x1b[2J"])
def test_no_header_of_its_own_can_be_slipped_in(field: str, sign: str) -> None:
    changed = {"subject": "提示单", "recipient": "d1@example.cn"}
    with pytest.raises(Refused, match="控制字符"):
        Message(
            MessageKind.NOTICE,
            Channel.EMAIL,
            body="正文",
            expires_on=NOW.date(),
            **{**changed, field: changed[field] + sign},
        )


def test_a_header_written_past_the_model_stops_at_the_gateway(settings: Settings, engine: Engine) -> None:
    put(engine, message(1))
    with store.transaction(engine) as db:
        db.execute(text("UPDATE outbox SET subject = :said"), {"said": "a\r\nBcc: x@example.cn"})
    with served(box := Postbox()) as server:
        go(settings, engine, server)
    assert box.mails == []
    assert states(engine)["key/0"][0] == MessageState.FAILED


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"TLS": "ssl3"}, "one of starttls, tls, none"),
        ({"TLS": "none"}, "on this machine"),
        ({"PORT": "0"}, "1 to 65535"),
        ({"FROM": "me"}, "the mail address"),
    ],
)
def test_a_wrong_mail_server_is_refused(monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], said: str) -> None:
    for name, value in {"HOST": "mail.example.cn", "FROM": "pingyi@example.cn", **changes}.items():
        monkeypatch.setenv(f"APPRAISAL_SMTP_{name}", value)
    with pytest.raises(SettingsError, match=said):
        MailServer.from_env()


def test_starttls_is_asked_for_and_without_it_nothing_is_sent(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(engine, message(1))
    with served(box := Postbox()) as server:
        monkeypatch.setenv("APPRAISAL_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("APPRAISAL_SMTP_PORT", str(server.port))
        monkeypatch.setenv("APPRAISAL_SMTP_FROM", "pingyi@example.cn")
        assert go(settings, engine, MailServer.from_env()) == 0
    assert box.mails == []
    assert states(engine) == {"key/0": (MessageState.QUEUED, 0, "")}
