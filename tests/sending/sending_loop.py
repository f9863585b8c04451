"""Goes once through the outbox of an installation; started by a test, and killed by it on the way.

python sending_loop.py HOME PORT
"""

import sys
from pathlib import Path

from appraisal import store
from appraisal.sending import MailServer, deliver, opener, ways_out
from appraisal.settings import Settings, city_now

settings = Settings(home=Path(sys.argv[1]), demo=True)
mail = MailServer("127.0.0.1", int(sys.argv[2]), "pingyi@example.cn", tls="none")
deliver(store.connect(settings.database), ways_out(settings, mail), opener(settings), city_now())
