"""Identifiers: opaque ones for machines, numbers with a check digit for people to say aloud."""

import secrets
from datetime import datetime
from uuid import UUID


def uuid7(at: datetime) -> UUID:
    """A UUID of version 7 (RFC 9562, 5.7): 48 bits of Unix milliseconds, then 74 random bits.

    It holds its moment, so it is never given to a report, an answer or a receipt: those take UUIDv4.
    """
    if at.tzinfo is None:
        raise ValueError("uuid7 needs an aware time")
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    tail = secrets.randbits(74)
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def check_digit(number: int) -> int:
    """The check digit of ISO/IEC 7064, MOD 11,10: finds any one wrong digit and nearly any swap of neighbours."""
    remainder = 10
    for digit in str(number):
        remainder = (remainder + int(digit)) % 10 or 10
        remainder = remainder * 2 % 11
    return (11 - remainder) % 10


def spoken(prefix: str, number: int) -> str:
    """A number as people say and write it: prefix, number, check digit, such as `F-1042-6`."""
    return f"{prefix}-{number}-{check_digit(number)}"


def heard(text: str, prefix: str) -> int | None:
    """The number behind what a person typed, or None where it does not read or its check digit is wrong."""
    parts = text.strip().upper().replace(" ", "").split("-")
    if len(parts) != 3 or parts[0] != prefix or not (parts[1].isdecimal() and parts[2].isdecimal()):
        return None
    number = int(parts[1])
    return number if str(check_digit(number)) == parts[2] else None
