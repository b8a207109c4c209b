"""The real program on a real pty: start it, type, look at its screen, hurt it.

    with Program.open(home, url=real_db.url) as program:
        program.sign_in("sari@bank.test", PASSWORD)
        program.send("n")
        program.shows("Open call")
        program.kill9()

A thread reads what the program writes for as long as it lives, so that it never waits for us, and keeps the
picture: `screen()` is what a person would see.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from bench.terminal import Terminal

COLS, ROWS = 120, 36
PATIENCE = 40.0
"""Seconds: two busy cores start the program in five."""

ENTER, TAB, ESCAPE = "\r", "\t", "\x1b"
CTRL_Q, CTRL_S = "\x11", "\x13"
F2, F3, F9 = "\x1bOQ", "\x1bOR", "\x1b[20~"

_PIECE = re.compile(
    r"\x1b\[(?P<mark>[?<>=]?)(?P<numbers>[\d;:]*)[ -/]*(?P<letter>[@-~])"
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-~]"
    r"|(?P<text>[^\x1b])",
    re.DOTALL,
)
_UNFINISHED = re.compile(r"\x1b(?:\[[?<>=]?[\d;:]*[ -/]*|[\]PX^_](?:(?!\x07|\x1b\\).)*|[ -/]*)?$", re.DOTALL)


class Screen:
    """As much of a terminal as Textual uses: places, text, clearing. Colours are left out."""

    def __init__(self, cols: int, rows: int) -> None:
        self.cols, self.rows = cols, rows
        self._cells = [[" "] * cols for _ in range(rows)]
        self._row = self._col = 0
        self._rest = ""

    def feed(self, text: str) -> None:
        """Draw what the program wrote; a sequence cut in the middle waits for its end."""
        text = self._rest + text
        cut = _UNFINISHED.search(text)
        self._rest = text[cut.start() :] if cut else ""
        for piece in _PIECE.finditer(text[: cut.start()] if cut else text):
            if piece["text"] is not None:
                self._letter(piece["text"])
            elif piece["letter"] is not None and not piece["mark"]:
                self._control(
                    piece["letter"], [int(n or 0) for n in piece["numbers"].split(";") if ":" not in n]
                )

    def _letter(self, letter: str) -> None:
        if letter == "\r":
            self._col = 0
        elif letter == "\n":
            self._row = min(self.rows - 1, self._row + 1)
        elif width := _width(letter):
            if self._col < self.cols:
                self._cells[self._row][self._col] = letter
                if width == 2 and self._col + 1 < self.cols:
                    self._cells[self._row][self._col + 1] = ""
            self._col += width

    def _control(self, letter: str, numbers: list[int]) -> None:
        first = numbers[0] if numbers else 0
        if letter in "Hf":
            self._row = min(self.rows, max(1, first)) - 1
            self._col = max(1, numbers[1] if len(numbers) > 1 else 1) - 1
        elif letter in "ABCD":
            rows, cols = {"A": (-1, 0), "B": (1, 0), "C": (0, 1), "D": (0, -1)}[letter]
            self._row = min(self.rows - 1, max(0, self._row + rows * max(1, first)))
            self._col = min(self.cols - 1, max(0, self._col + cols * max(1, first)))
        elif letter == "J":
            self._cells = [[" "] * self.cols for _ in range(self.rows)]
        elif letter == "K":
            self._cells[self._row][self._col :] = [" "] * (self.cols - self._col)

    def text(self) -> str:
        """The lines, without the blanks at their ends."""
        return "\n".join("".join(row).rstrip() for row in self._cells)


def _width(letter: str) -> int:
    if unicodedata.category(letter) in ("Cc", "Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


class Program(Terminal):
    """`leadtui` (or a command of it) on a pty of its own, as the leader of a session of its own."""

    def __init__(self, *arguments: str, env: Mapping[str, str], cols: int = COLS, rows: int = ROWS) -> None:
        # nothing of the developer's own settings
        others = [name for name in os.environ if name.startswith("LEADTUI_") and name not in env]
        without = ["/usr/bin/env", *(word for name in others for word in ("-u", name))]
        super().__init__([*without, sys.executable, "-m", "leadtui", *arguments], cols, rows, dict(env))
        self._screen = Screen(cols, rows)
        self._drawn = 0
        self._lock = threading.Lock()
        self._code: int | None = None
        self._stopped = False
        self._reader = threading.Thread(target=self._read_on, daemon=True)
        self._reader.start()

    @classmethod
    def open(cls, home: Path, *arguments: str, url: str | None = None, **env: str) -> Self:
        """With `url` on that database, without on the embedded one of `home`. English, no animations."""
        settings = {
            "LEADTUI_HOME": str(home),
            "LEADTUI_LANG": "en",
            "TEXTUAL_ANIMATIONS": "none",
            **({"LEADTUI_DATABASE_URL": url} if url else {}),
            **env,
        }
        return cls(*arguments, env=settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    # what it shows -------------------------------------------------------------------------------------

    def _read_on(self) -> None:
        import codecs

        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while not self.dead and not self._stopped:
            self._read(0.1)
            with self._lock:
                new, self._drawn = self.log[self._drawn :], len(self.log)
                self._screen.feed(decoder.decode(new))

    def screen(self) -> str:
        """What a person would see now."""
        with self._lock:
            return self._screen.text()

    def until(self, what: Callable[[str], bool], timeout: float = PATIENCE, why: str = "") -> str:
        """Wait until the screen is so. Raises AssertionError with the picture."""
        end = time.monotonic() + timeout
        while not what(shown := self.screen()):
            if time.monotonic() > end or self.dead:
                raise AssertionError(f"{why or 'not so'} after {timeout} s; alive: {self.alive}\n{shown}")
            time.sleep(0.03)
        return shown

    def shows(self, *texts: str, timeout: float = PATIENCE) -> str:
        """Wait until all of these are on the screen; gives the picture."""
        return self.until(lambda shown: all(text in shown for text in texts), timeout, f"no {texts}")

    def shows_no(self, text: str, timeout: float = PATIENCE) -> str:
        """Wait until this is not on the screen any more."""
        return self.until(lambda shown: text not in shown, timeout, f"still {text!r}")

    # what a person does --------------------------------------------------------------------------------

    def send(self, *keys: str) -> None:
        """Press these, one after the other."""
        for key in keys:
            os.write(self.fd, key.encode())
            time.sleep(0.02)

    def sign_in(self, email: str, password: str) -> None:
        """From the sign-in page to the first screen behind it."""
        self.until(self._asks, why="no sign-in page that is ready")
        # the page moves to the field itself once the database is there; a person would see that
        time.sleep(0.2)
        self.send(email, TAB, password, ENTER)
        self.shows_no("PASSWORD")
        self.shows("● live")

    @staticmethod
    def _asks(shown: str) -> bool:
        return "PASSWORD" in shown and "● " in shown

    # what happens to it --------------------------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._ended(os.WNOHANG) is None

    def _ended(self, options: int) -> int | None:
        if self._code is None:
            try:
                pid, status = os.waitpid(self.pid, options)
            except ChildProcessError:
                return self._code
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def end(self, timeout: float = PATIENCE) -> int:
        """Wait for its end; the exit code, negative for a signal. Raises AssertionError when it goes on."""
        stop = time.monotonic() + timeout
        while (code := self._ended(os.WNOHANG)) is None:
            if time.monotonic() > stop:
                raise AssertionError(f"it goes on after {timeout} s\n{self.screen()}")
            time.sleep(0.02)
        return code

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill9(self) -> None:
        """SIGKILL, and wait: nothing of it runs any more."""
        self.signal(signal.SIGKILL)
        self.end()

    def hang_up(self) -> None:
        """Close the terminal under it: the kernel sends SIGHUP, and every write fails from now on."""
        self._stop_reading()
        os.close(self.fd)
        self.fd = -1

    def _stop_reading(self) -> None:
        self._stopped = True
        self._reader.join()

    def kill(self) -> None:
        """The end of a test: whatever state it is in."""
        if self.alive:
            os.kill(self.pid, signal.SIGKILL)
            self.end()
        self._stop_reading()
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
