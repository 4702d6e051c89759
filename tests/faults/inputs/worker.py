"""A warm process: makes every n-th run in a fork of itself, and reports each as JSON."""

import sys
import time

_sleep = time.sleep
time.sleep = lambda seconds: _sleep(min(seconds, 0.005))  # retries need not wait

import gc  # noqa: E402 - what waits is imported after that
import json  # noqa: E402
import shlex  # noqa: E402
import shutil  # noqa: E402
from contextlib import suppress  # noqa: E402
from importlib import import_module  # noqa: E402
from pathlib import Path  # noqa: E402
from pkgutil import walk_packages  # noqa: E402

import cohere_cli  # noqa: E402
from tests.faults.inputs import child, situations, verdicts, words  # noqa: E402


def main() -> None:
    """Make the runs that the arguments name: seed, first, end, step, folder, port."""
    seed, first, end, step = map(int, sys.argv[1:5])
    folder = Path(sys.argv[5]) / str(first)
    folder.mkdir()
    folder.chmod(0o755)
    every = words.commands()
    _warm_up()
    from tests.faults.inputs.server import serving

    with serving() as port:
        places = {
            "url": f"http://127.0.0.1:{port}",
            "port": str(port),
            "dead": f"http://127.0.0.1:{sys.argv[6]}",
            "host": f"127.0.0.1:{sys.argv[6]}",
        }
        for at in range(first, end, step):
            _report(f"{seed}:{at}", every, folder, places, is_whole=end == first + 1)


def _report(
    number: str,
    every: list[words.Command],
    folder: Path,
    places: dict[str, str],
    *,
    is_whole: bool,
) -> None:
    place = folder / "run"
    place.mkdir()
    place.chmod(0o755)
    trial = situations.trial(number, every)
    ran = child.ran(trial, place, places)
    failures = list(verdicts.failures_of(trial, ran))
    shown = f"{shlex.join(['co', *trial.words])[:300]}\n    {ran.err[:600]!r}"
    if is_whole:
        shown = f"{trial}\n    {ran}"
    report = {
        "number": number,
        "code": str(ran.code),
        "failures": failures,
        "shown": shown[:6000] if failures else "",
        "seconds": ran.seconds,
    }
    with folder.with_suffix(".jsonl").open("a") as reports:
        reports.write(json.dumps(report) + "\n")
    (place / "home").chmod(0o777)
    shutil.rmtree(place, ignore_errors=True)


def _warm_up() -> None:
    for module in walk_packages(cohere_cli.__path__, "cohere_cli."):
        if not module.name.endswith("__main__"):
            with suppress(AssertionError):  # of a module of another system
                import_module(module.name)
    for name in ("httpx", "rich.markdown", "yaml", "platformdirs", "encodings.idna"):
        import_module(name)
    # Collecting in a child would copy all that it shares with this process.
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
