"""How a result is printed."""
from .measure import Result

HEADING = f"{'row':>3}  {'what':<44} {'metric':<10} {'ours':>10} {'peer':>10}  {'':<5} {'ratio':>6}  {'target':<8} {'':<6} peer"


def line(result: Result) -> str:
    if result.skipped:
        return f"{result.row:>3}  {result.what:<44} {result.metric:<10} {result.peer}: skipped, {result.skipped}"
    target = "" if result.target is None else f"{'>=' if result.at_least else '<='} {result.target:g}"
    verdict = {True: "met", False: "MISSED", None: ""}[result.met]
    return (f"{result.row:>3}  {result.what:<44} {result.metric:<10} {result.ours:>10.4g} {result.theirs:>10.4g}  {result.unit:<5} "
            f"{result.ratio:>6.3f}  {target:<8} {verdict:<6} {result.peer}")
