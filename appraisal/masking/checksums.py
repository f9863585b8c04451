"""Check digits of numbers that identify."""

from typing import Final

IDENTITY_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_SIGNS: Final = "10X98765432"
CREDIT_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_identity(number: str) -> bool:
    """Whether 18 signs carry the check sign of a resident identity number: GB 11643, ISO 7064 MOD 11-2.

    >>> is_identity("11010519491231002X"), is_identity("110105194912310021")
    (True, False)
    """
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    total = sum(int(sign) * weight for sign, weight in zip(number, IDENTITY_WEIGHTS, strict=False))
    return IDENTITY_SIGNS[total % 11] == number[17].upper()


def is_old_identity(number: str) -> bool:
    """Whether 15 digits can be an identity number of the first generation: a province and a day of birth.

    >>> is_old_identity("110105491231002"), is_old_identity("110105499931002")
    (True, False)
    """
    if len(number) != 15 or not (number.isascii() and number.isdigit()):
        return False
    return 11 <= int(number[:2]) <= 82 and 1 <= int(number[8:10]) <= 12 and 1 <= int(number[10:12]) <= 31


def is_credit_code(code: str) -> bool:
    """Whether 18 signs carry the check sign of a unified social credit code: GB 32100, MOD 31.

    >>> is_credit_code("91350100M000100Y43"), is_credit_code("91350100M000100Y44")
    (True, False)
    """
    code = code.upper()
    if len(code) != 18 or any(sign not in CREDIT_SIGNS for sign in code):
        return False
    total = sum(CREDIT_SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(code[:17]))
    return CREDIT_SIGNS[-total % 31] == code[17]


def is_luhn(number: str) -> bool:
    """Whether 16 to 19 digits carry the check digit of a bank card: ISO/IEC 7812-1, Luhn.

    >>> is_luhn("4111111111111111"), is_luhn("4111111111111112")
    (True, False)
    """
    if not 16 <= len(number) <= 19 or not (number.isascii() and number.isdigit()):
        return False
    doubled = [int(sign) * (2 if at % 2 else 1) for at, sign in enumerate(reversed(number))]
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0
