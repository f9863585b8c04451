"""nginx in front of the server, as docs/operating.md sets it up, without TLS."""

import signal
import subprocess
from pathlib import Path
from shutil import which

from tests.faults.harness import server

CONF = """daemon off; pid {folder}/pid; error_log {folder}/error crit; worker_processes 1;
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{behind}; proxy_set_header Host $http_host; }} }} }}
"""


class Proxy:
    """One nginx; restarted, it listens on the same port."""

    def __init__(self, folder: Path, behind: int) -> None:
        self.port, self.conf = server.free_port(), folder / "nginx.conf"
        self.conf.write_text(CONF.format(folder=folder, port=self.port, behind=behind))
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
