#!/usr/bin/env python3
"""Check the proof of a receipt against a published log. Written to be read: Python 3.9 and the package `cryptography`, nothing else.

    python3 check_proof.py PROOF.json LOG.json [PUBLIC-KEY]

PUBLIC-KEY: the 64 hexadecimal digits that you copied from a place you trust (a notice, a newspaper); left out, the key in the
log file is taken, and then only the file itself is checked. Exit code 0 when everything holds, 1 when anything does not.
"""

import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def sha256(content):
    return hashlib.sha256(content).digest()


def check_headers(log, key):
    """Every header signed, numbered, and naming the SHA-256 of the one before it."""
    previous, headers = "", []
    for number, one in enumerate(log["headers"], start=1):
        signed = one["header"].encode()
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(one["signature"]), signed)
        header = json.loads(signed)
        assert header["log"] == "ballots-v1", "not a log of ballots"
        assert header["n"] == number, f"header {number} is out of place"
        assert header["previous"] == previous, f"header {number} does not follow the one before it"
        previous = hashlib.sha256(signed).hexdigest()
        headers.append(header)
    return headers


def receipt_begins(ballot_id):
    """The first 15 signs of the receipt: 75 bits of the ballot's id, five to a sign."""
    bits = int.from_bytes(ballot_id, "big") >> 53
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(70, -1, -5))


def root_of(leaf, index, size, path):
    """The root that the path leads to: RFC 9162, section 2.1.3.2."""
    last, found = size - 1, leaf
    for beside in path:
        assert last > 0, "the path is too long"
        if index % 2 == 1 or index == last:
            found = sha256(b"\x01" + beside + found)
            while index % 2 == 0 and index > 0:
                index, last = index // 2, last // 2
        else:
            found = sha256(b"\x01" + found + beside)
        index, last = index // 2, last // 2
    assert last == 0, "the path is too short"
    return found


def check(proof, log, key):
    header = check_headers(log, key)[proof["n"] - 1]
    ballot_id, sealed = bytes.fromhex(proof["ballot_id"]), bytes.fromhex(proof["sealed_sha256"])
    assert len(ballot_id) == 16, "not the id of a ballot"
    assert proof["receipt"].replace("-", "")[:15] == receipt_begins(ballot_id), "the receipt is not that of this ballot"
    assert (header["round"], header["size"]) == (proof["round"], proof["size"]), (
        "the header is of another round or size"
    )
    assert 0 <= proof["index"] < proof["size"], "there is no such place in the batch"
    leaf = sha256(b"\x00ballot-v1" + proof["round"].encode() + ballot_id + sealed)
    root = root_of(leaf, proof["index"], proof["size"], [bytes.fromhex(one) for one in proof["path"]])
    assert root.hex() == header["batch_root"], f"the ballot is not in batch {proof['n']}"


def main(proof_file, log_file, key=None):
    with open(proof_file, encoding="utf-8") as file:
        proof = json.load(file)
    with open(log_file, encoding="utf-8") as file:
        log = json.load(file)
    try:
        check(proof, log, bytes.fromhex(key or log["public_key"]))
    except (AssertionError, InvalidSignature, LookupError, ValueError, TypeError) as fault:
        print(f"does not hold: {fault or 'a signature is wrong'}")
        return 1
    print(f"{proof['receipt']} is in batch {proof['n']} of {proof['round']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
