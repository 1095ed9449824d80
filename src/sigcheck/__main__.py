"""The program: `sigcheck`, `python -m sigcheck`. `--version` alone is answered before the command line is loaded."""

import sys


def main() -> None:
    """Run the command. Exits with the codes of the command line."""
    try:
        _run()
    except KeyboardInterrupt:  # before anything listened
        sys.exit(130)


def _run() -> None:
    from sigcheck.cli_interruption import end_quietly_when_asked  # noqa: PLC0415 - nothing is loaded before it is needed

    end_quietly_when_asked()
    if sys.argv[1:] != ["--version"]:
        from sigcheck.cli import main as run  # noqa: PLC0415 - the command line takes five times as long to load

        run()
        return
    from sigcheck.cli_streams import set_streams_to_utf8, write_plainly  # noqa: PLC0415 - as above
    from sigcheck.cli_version import version_text  # noqa: PLC0415 - as above

    set_streams_to_utf8()
    sys.exit(write_plainly(version_text()))


if __name__ == "__main__":
    main()
