"""How the worker gets into a mail server: by TLS that holds and a log-in that is right, or not at all."""

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from appraisal import jobs, store
from appraisal.model.message import Channel, Message, MessageKind
from appraisal.sending import MailServer
from appraisal.settings import Settings, city_now
from appraisal.store import Engine, outbox
from tests.sending.mail_servers import Postbox, free_port

USER, PASSWORD = "pingyi", "correct horse"


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    today = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=7)
    made = made.not_valid_before(today - dt.timedelta(1)).not_valid_after(today + dt.timedelta(1))
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = made.add_extension(address, critical=True).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return path


def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: object) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=said == right)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[Postbox, int, Path]]:
    """A server that wants STARTTLS and a log-in; its postbox, port and certificate."""
    box, port, path = Postbox(), free_port(), certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    wants = {"require_starttls": True, "auth_required": True, "authenticator": known}
    controller = Controller(box, "127.0.0.1", port, tls_context=context, **wants)
    controller.start()
    yield box, port, path
    controller.stop()


def work_once(settings: Settings, engine: Engine, port: int, password: str) -> None:
    """One message, and the worker's own job once."""
    now = city_now()
    with store.transaction(engine) as db:
        outbox.put(
            db, "a", Message(MessageKind.NOTICE, Channel.EMAIL, "d1@example.cn", "提示单", "正文", now.date()), now
        )
    mail = MailServer("127.0.0.1", port, "pingyi@example.cn", USER, password)
    queue = jobs.make_queue(settings, immediate=True, mail=mail)
    queue.send_messages()
    queue.huey.storage.close()


def test_the_worker_logs_in_over_tls_and_hands_the_message_over(
    settings: Settings, engine: Engine, guarded: tuple[Postbox, int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, port, path = guarded
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    work_once(settings, engine, port, PASSWORD)
    assert box.recipients == ["d1@example.cn"]


def test_a_wrong_password_costs_the_message_no_attempt(
    settings: Settings, engine: Engine, guarded: tuple[Postbox, int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, port, path = guarded
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    work_once(settings, engine, port, "wrong")
    with store.reading(engine) as db:
        (kept,) = outbox.shown(db)
    assert (box.mails, kept.state, kept.attempts) == ([], "queued", 0)


def test_a_certificate_that_nobody_vouches_for_gets_neither_password_nor_message(
    settings: Settings, engine: Engine, guarded: tuple[Postbox, int, Path]
) -> None:
    box, port, _ = guarded
    work_once(settings, engine, port, PASSWORD)
    with store.reading(engine) as db:
        (kept,) = outbox.shown(db)
    assert (box.mails, kept.state, kept.attempts) == ([], "queued", 0)
