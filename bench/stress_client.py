"""One client of `bench.stress`: rounds of claim, dial, log, with a journal as the program keeps one.

    python -m bench.stress_client URL EMAIL PASSWORD JOURNAL ROUNDS

It may be killed with -9 at any moment and started again: what the journal says was finished and not answered is
sent again under the same request id, and the call that is open comes back. A line of the journal is
`held OPEN_CALL LEAD NUMBER TIME` once a claim was answered, `sent REQUEST OPEN_CALL TIME NOTE` before a call is
logged, and `done REQUEST CALL LEAD -` after it was answered; times are the machine's one clock that never goes back.
"""

from __future__ import annotations

import os
import random
import sys
import time
import uuid
from pathlib import Path
from uuid import UUID

from bench.agent_client import sign_in
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Claim, GiveBack, LogCall, NoAnswer, OpenCall, Outcome
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import Database
from leadtui.core.errors import NotFound

OUTCOMES = (None, None, None, Outcome.NOT_INTERESTED, Outcome.INTERESTED, Outcome.WRONG_NUMBER)


class Journal:
    """Lines that are in the operating system's hands before anything is sent: kill -9 does not lose them."""

    def __init__(self, path: Path) -> None:
        self.sent: dict[UUID, tuple[UUID, str]] = {}
        self.rounds = 0
        cut = False
        if path.exists():
            text = path.read_text()
            cut = bool(text) and not text.endswith("\n")
            for line in text.splitlines()[: -1 if cut else None]:
                kind, request, ident, _, rest = line.split(" ", 4)
                if kind == "sent":
                    self.sent[UUID(request)] = (UUID(ident), rest)
                elif kind == "done":
                    self.sent.pop(UUID(request), None)
                    self.rounds += 1
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if cut:
            os.write(self._file, b"\n")

    def put(self, *words: object) -> None:
        os.write(self._file, (" ".join(str(word) for word in words) + "\n").encode())


def command(request: UUID, ident: UUID, note: str) -> LogCall:
    """The call that a note belongs to: everything else of it follows from the note."""
    outcome = OUTCOMES[int(note.rsplit("-", 1)[1]) % len(OUTCOMES)]
    reached = outcome is not None and outcome is not Outcome.WRONG_NUMBER
    return LogCall(
        request, ident, CallStatus.CONNECTED if reached else CallStatus.NOT_ANSWERED, note,
        reason=None if reached else NoAnswer.BUSY, outcome=outcome, keep_mine=True,
    )  # fmt: skip


def finish(ctx: Ctx, journal: Journal, request: UUID, ident: UUID, note: str) -> None:
    """Log, and write down that it was answered."""
    logged = calls.log(ctx, command(request, ident, note))
    journal.put("done", request, logged.call_id, logged.lead_id, "-")


def resume(ctx: Ctx, journal: Journal) -> OpenCall | None:
    """What a start does: send what was not answered, then bring the open call back."""
    for request, (ident, note) in list(journal.sent.items()):
        finish(ctx, journal, request, ident, note)
    return calls.current(ctx)


def main(url: str, email: str, password: str, path: str, rounds: int) -> None:
    rng = random.Random()  # noqa: S311
    journal = Journal(Path(path))
    database = Database(url, pool_max=1)
    ctx = Ctx(database, Origin.TUI)
    sign_in(ctx, email, password)
    call = resume(ctx, journal)
    n = journal.rounds
    while n < rounds:
        if call is None:
            try:
                call = calls.claim(ctx, Claim(uuid.uuid4()))
            except NotFound:
                time.sleep(0.2)  # the queue is empty for a moment: others hold what is left
                continue
        journal.put("held", call.id, call.lead_id, call.phone, time.monotonic())
        if call.dialled_at is None and rng.random() < 0.02:
            calls.give_back(ctx, GiveBack(uuid.uuid4(), call.id, "not_now"))
            call = None
            continue
        if rng.random() < 0.3:
            calls.dialled(ctx, call.id)
        request, note = uuid.uuid4(), f"{email} {call.id} round-{n}"
        journal.put("sent", request, call.id, time.monotonic(), note)
        finish(ctx, journal, request, call.id, note)
        call = None
        n += 1
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:5], int(sys.argv[5]))
