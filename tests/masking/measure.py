"""How much is found and how much is hidden for nothing: ``python -m tests.masking.measure`` prints the figures."""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from appraisal.masking import Masked, mask
from tests.masking.clean import by_hand, clean_comment
from tests.masking.sentences import Planted, comment

# Not the seed that the rules were tried on while they were written.
SEED = 20_260_601
SENTENCES = 3_000


@dataclass(frozen=True)
class Measured:
    """``found`` of ``planted`` by kind; ``missed``: what could still be read, with its text."""

    planted: Counter[str]
    found: Counter[str]
    missed: tuple[tuple[str, str, str], ...]

    def recall(self, kind: str) -> float:
        return self.found[kind] / self.planted[kind]


def measured(texts: Iterable[Planted], masking: Callable[[str], Masked] = mask) -> Measured:
    """A planted stretch is found when none of its letters and digits is left to read."""
    planted, found, missed = Counter[str](), Counter[str](), []
    for one in texts:
        result = masking(one.text)
        hidden = {at for span in result.spans for at in range(span.start, span.end)}
        for kind, start, end in one.hidden:
            planted[kind] += 1
            left = [at for at in range(start, end) if one.text[at].isalnum() and at not in hidden]
            if left:
                missed.append((kind, one.text[start:end], result.text))
            else:
                found[kind] += 1
    return Measured(planted, found, tuple(missed))


def planted_texts(seed: int = SEED, count: int = SENTENCES) -> list[Planted]:
    rng = random.Random(seed)
    return [comment(rng) for _ in range(count)]


def clean_texts(seed: int = SEED, count: int = 1_000) -> list[str]:
    rng = random.Random(seed)
    return [clean_comment(rng) for _ in range(count)]


def hidden_share(texts: Sequence[str]) -> float:
    """Signs hidden of all signs, over texts in which nothing is to hide."""
    hidden = sum(span.end - span.start for text in texts for span in mask(text).spans)
    return hidden / sum(map(len, texts))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--show", type=int, default=0, help="how many misses of each kind to show")
    chosen = options.parse_args()
    result = measured(planted_texts(chosen.seed))
    for kind in sorted(result.planted):
        print(f"{kind}: {result.found[kind]} of {result.planted[kind]} found, recall {result.recall(kind):.4f}")
        for _, what, text in [each for each in result.missed if each[0] == kind][: chosen.show]:
            print(f"    {what}    {text}")
    for name, texts in (("by hand", by_hand()), ("generated", clean_texts(chosen.seed))):
        print(f"over-masking, {name}: {hidden_share(texts):.4f} of {sum(map(len, texts))} signs")
        for text in [masked.text for masked in map(mask, texts) if masked.spans][: chosen.show]:
            print(f"    {text}")


if __name__ == "__main__":
    main()
