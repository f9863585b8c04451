"""Check an open tabulation bundle:  python verify.py [--key HEX] [--json]      (Python 3.11, numpy, scipy; nothing else)

It looks at everything in its own folder and needs nothing from whoever made it. In this order:

  files      every file has the SHA-256 of SHA256SUMS, and no other file is there
  signature  SHA256SUMS is signed (Ed25519) with the key that signs the public log; give --key as you have it from elsewhere,
             or you trust the key in log.json
  rules      round.json and questionnaire.toml are those whose hash was published before the first ballot
  log        the headers of the ballots' log follow one another, are signed, and count no fewer ballots than were tabulated
  tables     counts are whole, none is 1 to 4, totals add up, and gaps can be filled in whole numbers
  figures    every figure in published.json follows from the tables; where counts are hidden, some table of whole numbers
             gives all figures of the department at once, and the score lies in the range that the table leaves open

Exit code 0: everything holds. 1: each thing that does not is a line.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
FEW, SMALL, FULL, EDGE = 10, 5, 30, 1e-6

# --- Ed25519 (RFC 8032, section 5.1), for checking alone
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P
Point = tuple[int, int, int, int]


def root(y: int, odd: int) -> int | None:
    """The x of a point of the curve, the odd or the even one."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    return P - x if x % 2 != odd else x


def point(coded: bytes) -> Point | None:
    number = int.from_bytes(coded, "little")
    y, odd = number & (2**255 - 1), number >> 255
    x = root(y, odd) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def plus(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, one: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = plus(found, one)
        one, number = plus(one, one), number >> 1
    return found


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the private half signed this message."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, commitment, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or s >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x = root(BASE_Y, 0)
    assert x is not None
    left, right = times(s, (x, BASE_Y, 1, x * BASE_Y % P)), plus(commitment, times(challenge, public))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# --- files, signature, rules, log


def files(folder: Path) -> Iterator[str]:
    lines = (folder / SUMS).read_text("utf-8").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    there = {path.name for path in folder.iterdir() if path.is_file()} - {SUMS, SIGNATURE}
    for name in sorted(there ^ listed.keys()):
        yield f"files: {name} is {'not listed' if name in there else 'missing'}"
    for name in sorted(there & listed.keys()):
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != listed[name]:
            yield f"files: {name} was changed"


def signature(folder: Path, key: str) -> Iterator[str]:
    if not is_signed(bytes.fromhex(key), (folder / SUMS).read_bytes(), bytes.fromhex((folder / SIGNATURE).read_text())):
        yield "signature: SHA256SUMS was not signed with this key"


def rules(folder: Path, said: Any) -> Iterator[str]:
    frozen = (folder / "round.json").read_bytes()
    if hashlib.sha256(frozen).hexdigest() != said["policy_sha256"]:
        yield "rules: round.json is not what was frozen"
    if hashlib.sha256((folder / "questionnaire.toml").read_bytes()).hexdigest() != json.loads(frozen)["questionnaire"]:
        yield "rules: questionnaire.toml is not the version that was frozen"


def log(folder: Path, said: Any, key: str) -> Iterator[str]:
    headers, previous = json.loads((folder / "log.json").read_text("utf-8"))["headers"], ""
    for number, one in enumerate(headers, start=1):
        raw = one["header"].encode()
        fields = json.loads(raw)
        if (fields["n"], fields["previous"], fields["round"]) != (number, previous, said["code"]):
            yield f"log: header {number} does not follow the one before it"
        if fields["rules"] != said["policy_sha256"]:
            yield f"log: header {number} was made under other rules"
        if not is_signed(bytes.fromhex(key), raw, bytes.fromhex(one["signature"])):
            yield f"log: header {number} was not signed with this key"
        previous = hashlib.sha256(raw).hexdigest()
    total = json.loads(headers[-1]["header"])["ballots_total"]
    if total < sum(each["ballots"] or 0 for each in said["response"]):
        yield "log: more ballots were tabulated than are in the log"


# --- tables and figures


class Department:
    """A department's table as whole unknowns: every count of its columns, then shares or counts of the strata left out."""

    def __init__(self, said: Any, table: Any, frozen: Any, response: Any) -> None:
        self.said, self.table = said, table
        self.rows, self.columns, self.left = table["rows"], table["columns"], table["left_out"]
        policy = frozen["policy"]
        self.values = np.array([policy["values"][row] for row in self.rows])
        self.by_people = policy["combine"] == "population"
        group = next(each for each in frozen["groups"] if each["code"] == said["group"])
        size = {each["code"]: each["population"] for each in frozen["strata"]}
        ballots = {each["stratum"]: each["ballots"] for each in response}
        self.weight = {
            code: (size[code] / ballots[code] if size[code] and ballots[code] else 1.0) if self.by_people
            else group["weights"].get(code, 0.0)
            for code in size
        }  # fmt: skip
        self.can_weigh = not self.by_people or all(
            ballots[code] or not size[code] for code in [*self.columns, *self.left]
        )
        satisfied, dissatisfied = ([row in policy[name] for row in self.rows] for name in ("satisfied", "dissatisfied"))
        self.figures = [
            ("score", self.values, said["score"] and said["score"]["value"], 0.05),
            ("satisfied", 100.0 * np.array(satisfied), said["satisfied"], 0.5),
            ("dissatisfied", 100.0 * np.array(dissatisfied), said["dissatisfied"], 0.5),
            *((row, 100.0 * (np.array(self.rows) == row), said["shares"][row], 0.5) for row in self.rows),
        ]

    def unit(self) -> np.ndarray:
        """(strata,) what one unknown weighs in a combined share, up to a common factor."""
        strata = [*self.columns, *self.left]
        n = [self.table["column_totals"].get(code) or 1 for code in strata]
        return np.array([self.weight[code] / (1 if self.by_people else n[h]) for h, code in enumerate(strata)])

    def limits(self) -> tuple[Bounds, list[LinearConstraint], np.ndarray]:
        """Bounds, sums, and which unknowns are whole."""
        rows, shown, strata = len(self.rows), len(self.columns), len(self.columns) + len(self.left)
        low, high = np.zeros((rows, strata)), np.full((rows, strata), np.inf)
        for k, counts in enumerate(self.table["counts"]):
            for h, count in enumerate(counts):
                if count is not None:
                    low[k, h] = high[k, h] = count
        each = np.eye(rows * strata).reshape(rows, strata, -1)
        totals = [(h, self.table["column_totals"][code]) for h, code in enumerate(self.columns)]
        sums = [LinearConstraint(each[:, h].sum(axis=0), total, total) for h, total in totals]
        for k, row in enumerate(self.rows):
            if (total := self.table["row_totals"][row]) is not None:
                sums.append(LinearConstraint(each[k, :shown].sum(axis=0), total, total))
        # Of a stratum that is left out the score knows shares, which add up to 1; with people's weights it is 1 to 9 answers.
        reach = (1, FEW - 1) if self.by_people else (1, 1)
        sums += [LinearConstraint(each[:, h].sum(axis=0), *reach) for h in range(shown, strata)]
        whole = np.tile(np.arange(strata) < (strata if self.by_people else shown), rows).astype(int)
        return Bounds(low.ravel(), high.ravel()), sums, whole

    def complaints(self) -> Iterator[str]:
        code = self.said["code"]
        yield from self.small()
        bounds, sums, whole = self.limits()
        nothing = np.zeros(whole.size)
        if milp(nothing, bounds=bounds, constraints=sums, integrality=whole).x is None:
            yield f"tables: {code} does not add up"
            return
        said = [one for one in self.figures if one[2] is not None and self.can_weigh]
        for name, *figure in said:
            if milp(nothing, bounds=bounds, constraints=[*sums, *self.agreeing(*figure)]).x is None:
                yield f"figures: {code} {name} {figure[1]} does not follow from the table"
        every = [limit for _, *figure in said for limit in self.agreeing(*figure)]
        if milp(nothing, bounds=bounds, constraints=[*sums, *every], integrality=whole).x is None:
            yield f"figures: {code} has no table that gives all its figures"
        yield from self.bases()

    def small(self) -> Iterator[str]:
        counts = [*(count for counts in self.table["counts"] for count in counts), *self.table["row_totals"].values()]
        for count in [*counts, *self.table["unknown"].values()]:
            if count is not None and not (isinstance(count, int) and (count == 0 or count >= SMALL)):
                yield f"tables: {self.said['code']} has a count of {count}"
        if min(self.table["column_totals"].values()) < FEW:
            yield f"tables: {self.said['code']} has a column of fewer than {FEW}"

    def agreeing(self, values: np.ndarray, figure: float, half: float) -> list[LinearConstraint]:
        """A weighted mean is within half a last digit of the figure."""
        unit = self.unit()
        low, high = (np.outer(values - figure + sign * (half + EDGE), unit).ravel() for sign in (1, -1))
        return [LinearConstraint(low, 0, np.inf), LinearConstraint(high, -np.inf, 0)]

    def score_range(self) -> tuple[float, float] | None:
        """What the table alone leaves open for the score."""
        unit, (bounds, sums, _) = self.unit(), self.limits()
        if not self.can_weigh or (self.by_people and self.left):
            return None
        n = np.array([self.table["column_totals"].get(code, 1) for code in [*self.columns, *self.left]])
        aim = np.outer(self.values, unit / (unit @ n)).ravel()
        least, most = (sign * (milp(sign * aim, bounds=bounds, constraints=sums).fun or 0.0) for sign in (1, -1))
        return round(least, 3), round(most, 3)

    def bases(self) -> Iterator[str]:
        """The number of ratings, the shares of the marks and the awareness."""
        code, least = self.said["code"], sum(self.table["column_totals"].values()) + len(self.left)
        bases = [n for n in range(least, least + (FEW - 2) * len(self.left) + 1) if 5 * round(n / 5) == self.said["n"]]
        if not bases or self.said["reach"] != "full" or bases[-1] < FULL:
            yield f"figures: {code} n {self.said['n']} does not follow from the table"
        for item, options in self.table["marks"].items():
            for option, count in options.items():
                share = self.said["marks"][item][option]
                if (share is None) != (count is None):
                    yield f"figures: {code} {option} is hidden in one place and shown in the other"
                    continue
                bases = [n for n in bases if count is None or abs(100 * count / n - share) <= 0.5 + EDGE]
                if not bases or 0 < (count or 0) < SMALL:
                    yield f"figures: {code} {option} {share} % does not follow from {count} ballots"
        low, high = self.awareness(many=True), self.awareness(many=False)
        aware = self.said["awareness"]
        if aware is not None and not low - 0.5 - EDGE <= aware <= high + 0.5 + EDGE:
            yield f"figures: {code} awareness {aware} does not follow from the table"

    def awareness(self, *, many: bool) -> float:
        """Per cent of known answers, if everybody who is hidden said 不了解, or nobody did."""
        known = whole = 0.0
        for code in self.weight if many else self.columns:
            n, unknown = self.table["column_totals"].get(code, 0), self.table["unknown"].get(code)
            asked = n + (unknown if unknown is not None else 10 * n + 10**6 if many else 0)
            weight = self.weight[code] / (1 if self.by_people else asked or 1)
            known, whole = known + weight * n, whole + weight * asked
        return 100 * known / whole if many and whole else 100.0 if self.left or not whole else 100 * known / whole


def figures(said: Any, tables: Any, frozen: Any) -> Iterator[str]:
    departments = {each["code"]: each for each in said["departments"]}
    for table in tables:
        yield from Department(departments[table["department"]], table, frozen, said["response"]).complaints()
    for each in departments.values():
        score = each["score"]
        if score and not 0 <= score["low"] <= score["value"] <= score["high"] <= 100:
            yield f"figures: {each['code']} has a score outside its interval"
    for each in said["response"]:
        if each["rate"] is not None and abs(100 * each["ballots"] / each["issued"] - each["rate"]) > 0.5 + EDGE:
            yield f"figures: response of {each['stratum']} is not {each['rate']} %"
    balance = said["balance"]
    if balance["registered"] != sum(balance[name] for name in ("closed", "running", "unfounded", "transferred")):
        yield "figures: the ledger does not balance"


def main(folder: Path, key: str | None, as_json: bool) -> int:
    names = ("published.json", "tables.json", "round.json")
    said, tables, frozen = (json.loads((folder / name).read_text("utf-8")) for name in names)
    trusted = key or json.loads((folder / "log.json").read_text("utf-8"))["public_key"]
    parts = (files(folder), signature(folder, trusted), rules(folder, said), log(folder, said, trusted))
    found = [line for part in (*parts, figures(said, tables, frozen)) for line in part]
    named = {each["code"]: each for each in said["departments"]}
    open_ = [Department(named[one["department"]], one, frozen, said["response"]) for one in tables if not found]
    ranges = {one.said["code"]: one.score_range() for one in open_}
    if as_json:
        print(json.dumps({"ok": not found, "complaints": found, "score_ranges": ranges, "key": trusted}))
        return 1 if found else 0
    for code, span in ranges.items():
        print(f"{code}: score {(named[code]['score'] or {}).get('value', '-')}, the table allows {span or 'any'}")
    holds = f"everything holds, signed with {trusted}" + ("" if key else " (the key of log.json)")
    print("\n".join(found) or holds)
    return 1 if found else 0


if __name__ == "__main__":
    try:
        pinned = sys.argv[sys.argv.index("--key") + 1] if "--key" in sys.argv else None
        sys.exit(main(Path(__file__).parent, pinned, "--json" in sys.argv))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as fault:
        sys.exit(f"files: not a bundle as it was written, or no key after --key: {fault!r}")
