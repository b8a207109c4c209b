"""`leadtui` and `python -m leadtui`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; without arguments open the app."""
    # Typer takes as long to import as the sign-in page takes to paint: only a command pays for it.
    if len(sys.argv) == 1:
        from leadtui.cli.opening import main as open_app

        sys.exit(open_app())
    from leadtui.cli.main import main as run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
