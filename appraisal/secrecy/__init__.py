"""What keeps a respondent unknown: codes, keys drawn from them, sealed ballots and drafts, cookies.

Nothing here stores or logs. What must be unpredictable by itself (the nonce of a cipher) is always the system's own chance,
never an argument: a seeded one would break the seal. What a caller may need to repeat (``rng``, ``now``) is an argument.
"""
