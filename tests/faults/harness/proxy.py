"""nginx in front of the server, with the conf that is shipped."""

import re
import signal
import subprocess
from pathlib import Path
from shutil import which

from tests.faults.harness import server

SHIPPED = server.TOP / "deploy" / "nginx.conf"


def conf(folder: Path, port: int, behind: int) -> str:
    """The shipped file on another port, without TLS, with its folders elsewhere."""
    site = SHIPPED.read_text("utf-8").replace("443 ssl", f"127.0.0.1:{port}").replace("8000", str(behind))
    site = re.sub(r"^ *ssl_.*\n", "", site, flags=re.MULTILINE).replace("/var/log/nginx/", f"{folder}/")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    return f"daemon off; pid {folder}/pid; error_log {folder}/main.log crit; events {{}} http {{ {paths} {site} }}"


class Proxy:
    """One nginx; restarted, it listens on the same port."""

    def __init__(self, folder: Path, behind: int) -> None:
        self.port, self.conf = server.free_port(), folder / "whole.conf"
        self.conf.write_text(conf(folder, self.port, behind), "utf-8")
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["nginx", "-c", str(self.conf)], stderr=subprocess.DEVNULL, start_new_session=True
        )
        server.wait_ready(self.port, lambda: self.process.poll() is None, 20)

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def restart(self) -> None:
        self.stop()
        self.start()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def why_not() -> str:
    return "" if which("nginx") else "nginx is not installed"
