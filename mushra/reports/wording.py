"""How the report writes numbers: one place, so that text, tables and figures agree."""

import math

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"
TIED = "\N{NO-BREAK SPACE}"
SMALLEST_P = 0.001


def number(value: float | None, *, decimals: int = 1, signed: bool = False) -> str:
    """A number with a real minus sign; a dash for a missing one."""
    if value is None or math.isnan(value):
        return NONE
    text = f"{value:+.{decimals}f}" if signed else f"{value:.{decimals}f}"
    if float(text) == 0:
        text = f"{0:.{decimals}f}"  # neither +0.0 nor -0.0
    return text.replace("-", MINUS)


def p_value(value: float | None) -> str:
    """A p-value with three decimals, `< 0.001` below them; a dash for a missing one."""
    if value is None or math.isnan(value):
        return NONE
    return f"< {SMALLEST_P}" if value < SMALLEST_P else f"{value:.3f}"


def p_statement(value: float) -> str:
    """A p-value as a sentence has it: `p = 0.020` or `p < 0.001`."""
    text = f"p {p_value(value)}" if value < SMALLEST_P else f"p = {p_value(value)}"
    return text.replace(" ", TIED)


def interval(low: float | None, high: float | None, *, signed: bool = False) -> str:
    """The ends of an interval, `a to b`; a dash for a missing one."""
    if low is None or high is None or math.isnan(low):
        return NONE
    return f"{number(low, signed=signed)} to {number(high, signed=signed)}"


def counted(count: int, noun: str) -> str:
    """`1 item`, `2 items`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
