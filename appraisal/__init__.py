"""The loop of a democratic appraisal, and where each step lives.

A *questionnaire* (``model.questionnaire``) is put to a *round* (``rounds``); respondents cast *ballots* (``forms``, ``collect``),
which stay sealed (``secrecy``) until the round is closed; ballots become *ratings* and marks (``collect``); those become
*estimates* with intervals (``stats``, ``scoring``); estimates raise *flags*; a person turns flags and comments into verified
*findings* (``scoring``); findings go out to a department on a numbered *slip* (``followup``, ``reports``); the department
signs, answers, the office verifies and closes; the next round shows whether it helped.

``store`` keeps everything, ``web`` and ``cli`` are the two edges, ``jobs`` does the same deeds later, ``demo`` is a fictional
city that walks the whole loop.
"""

__version__ = "0.1.0"
