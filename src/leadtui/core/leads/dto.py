"""What the lead services take and give: frozen values, no database, no wording."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from leadtui.core.leads.filter_dto import LeadFilter as LeadFilter
from leadtui.core.leads.filter_dto import LeadState as LeadState
from leadtui.core.leads.filter_dto import Owner as Owner
from leadtui.scoring.reasons import Reason


class Consent(enum.IntEnum):
    """What the customer said about being called; a missing answer is None, and None is not yes."""

    NO = 0
    YES = 1
    DEMO = 2
    """A synthetic person of `--demo-contacts` or the demo."""


class Zone(enum.IntEnum):
    """Indonesia's three time zones; None where the province is unknown."""

    WIB = 1
    WITA = 2
    WIT = 3


@dataclass(frozen=True, slots=True)
class Keyset:
    """A position in an order: `LeadRow.keyset(sort)` makes it, for Sort.SCORE the first two are all of it."""

    rank_key: int
    lead_id: int
    text: str | None = None
    """Sort.NAME: the folded name; "" is nameless."""
    at: datetime | None = None
    """Sort.LAST_CONTACT and Sort.DUE: the time, None where the lead has none."""


class Sort(enum.StrEnum):
    """The order of a list; each ends with the lead's id, so that it is total."""

    SCORE = "score"
    """Probability, highest first; the only order with anchors, so that jumping to a place is quick."""
    NAME = "name"
    """Folded name, A first; nameless ones last."""
    LAST_CONTACT = "last_contact"
    """Never contacted first, those by score; then longest ago first."""
    DUE = "due"
    """Callback time, soonest first; those without one last, by score."""


class Scope(enum.StrEnum):
    """Which leads a statement sees (DESIGN §2.1)."""

    QUEUE = "queue"
    """What I may call now."""
    ALL = "all"
    """Every state of my team (managers), of every team (admins)."""
    LOOKUP = "lookup"
    """My team's leads in any state (admins: every team's), for a customer who calls back. It needs a search:
    two letters of a name, an e-mail, four digits of a phone, or the whole id; with less it finds nobody."""


@dataclass(frozen=True, slots=True)
class PageQuery:
    """One page of the ranked list.

    Exactly one of `after`, `before`, `from_end`, `at_place` or none of them (the first page).
    """

    filter: LeadFilter = field(default_factory=LeadFilter)
    scope: Scope = Scope.QUEUE
    limit: int = 200
    after: Keyset | None = None
    before: Keyset | None = None
    from_end: bool = False
    at_place: int | None = None
    """1-based place to start at; uses the rank anchors, so it is exact only as of their last rebuild."""
    sort: Sort = Sort.SCORE


class LeadRow(NamedTuple):
    """One line of the list: who, how likely, why, and what was last heard.

    A tuple, as `LeadFacts`: hundreds are made for every page, a frozen dataclass takes three times as long.
    """

    id: int
    rank_key: int
    """round(p·10⁶); −1 is unscored."""
    name: str | None
    age: int | None
    job: int | None
    city: str | None
    state: LeadState
    reasons: tuple[Reason, ...]
    """Largest |delta| first, at most three; empty when the lead is unscored or close to the average."""
    facts: LeadFacts
    """What the wording of the reasons needs."""
    attempts: int
    last_contact_at: datetime | None
    callback_at: datetime | None
    owner_id: int | None
    claimed_by: int | None
    """Who holds it on an open call now, if anybody."""
    synthetic: bool
    historical: bool
    """Its row carries a known outcome, so its score has seen its answer."""
    name_fold: str = ""
    """Only in a page ordered by name: what it is ordered by."""

    @property
    def probability(self) -> float | None:
        """0–1, or None while the lead is unscored."""
        return None if self.rank_key < 0 else self.rank_key / 1_000_000

    @property
    def key(self) -> Keyset:
        """Where this row stands in the order by score."""
        return Keyset(self.rank_key, self.id)

    def keyset(self, sort: Sort) -> Keyset:
        """Where this row stands in an order, for `PageQuery.after` and `before`."""
        if sort is Sort.NAME:
            return Keyset(self.rank_key, self.id, text=self.name_fold)
        if sort is Sort.LAST_CONTACT:
            return Keyset(self.rank_key, self.id, at=self.last_contact_at)
        if sort is Sort.DUE:
            return Keyset(self.rank_key, self.id, at=self.callback_at)
        return self.key


class LeadFacts(NamedTuple):
    """The facts of a lead that a reason may be worded from; None is unknown."""

    age: int | None = None
    job: int | None = None
    marital: int | None = None
    education: int | None = None
    default: bool | None = None
    housing: bool | None = None
    loan: bool | None = None
    contact: int | None = None
    campaign: int | None = None
    """Attempts of this campaign in the call log + 1."""
    pdays: int | None = None
    """Days since the last contact of an earlier campaign; None is never."""
    previous: int | None = None
    poutcome: int | None = None
    balance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LeadPage:
    """A page in list order (also when it was fetched backwards)."""

    rows: tuple[LeadRow, ...]
    at_start: bool
    at_end: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows match. `capped`: there are more than `n`, and nobody counted them."""

    n: int
    capped: bool


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One number of a lead."""

    e164: str
    preferred: bool
    bad: bool


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One past call in a lead's timeline."""

    id: int
    at: datetime
    agent_name: str
    status: int
    reason: int | None
    outcome: int | None
    note: str
    callback_at: datetime | None
    product: str | None
    """Its name in the reader's language; `product_id` for who words it otherwise."""
    amount: Decimal | None
    currency: str | None
    product_id: int | None = None
    direction: int = 0
    """0 out, 1 in: the customer called."""
    agent_id: int | None = None
    corrected_at: datetime | None = None
    """When it was put right: it stands in the place of what was logged at `at`."""
    undone: bool = False
    """It was taken back within seconds and counts nowhere."""


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """The score as an account (DESIGN §5)."""

    probability: float
    """0–1."""
    pool_mean: float
    """Calibrated probability of the pool's mean log-odds, 0–1: where the account starts."""
    lines: tuple[Reason, ...]
    """Whole percentage points in `points`, largest |delta| first, the last line is "other"."""
    model_id: int
    model_name: str
    scored_at: datetime
    like_n: int | None
    """How many evaluated calls had a score like this one; None where nothing was measured."""
    like_bought: int | None
    like_low: float | None
    """Lower end of the 95 % Wilson interval of the bought share, 0–1."""
    like_high: float | None
    unseen: tuple[str, ...] = ()
    """Columns whose value the model has not seen; they went in as missing."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Everything a person may see of one lead (the 360 view)."""

    row: LeadRow
    external_id: str
    phones: tuple[PhoneNumber, ...]
    email: str | None
    province: str | None
    zone: Zone | None
    source: str | None
    balance_currency: str | None
    consent: Consent | None
    consent_source: str | None
    consent_at: datetime | None
    do_not_call: bool
    version: int
    place: int | None
    """Its place in the caller's queue, 1-based; None where it is not in it."""
    queue_size: Count | None
    score: ScoreCard | None
    calls: tuple[CallRecord, ...]
    """Newest first, at most 50."""
    calls_total: int
    """How many count; neither undone ones nor those that were corrected."""
    tasks_open: int
    claimed_by_name: str | None
    claimed_until: datetime | None
    hidden_until: datetime | None
    callable: bool
    """Whether `c` may open a call now."""
    not_callable: tuple[str, ...] = ()
    """Codes of the verdicts against it: `consent`, `do_not_call`, `no_phone`, `window`, `cap`, `cool_off`,
    `lease`, `owner`, `state`."""
    income: Decimal | None = None
    """In `balance_currency`, as the next two."""
    installments: Decimal | None = None
    savings: Decimal | None = None
    credit_score: int | None = None
    undone: tuple[CallRecord, ...] = ()
    """Calls that were taken back, newest first."""
    tags: tuple[str, ...] = ()
    """By name."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the leads of my scope live, to choose from."""

    provinces: tuple[str, ...]
    """Every one that occurs, by name."""
    cities: tuple[str, ...]
    """The most common ones first; in a big house from a sample."""


@dataclass(frozen=True, slots=True)
class QueueSummary:
    """What stands above the list: which model ranked it, when, and whether anybody may be called now."""

    model_id: int | None
    """The deployed model; None where there is none."""
    model_name: str | None
    scored_at: datetime | None
    """When the last bulk run ended; None where there was none."""
    scored: int
    """Leads that it scored."""
    unscored: Count
    """Leads that wait for a score."""
    window_open: bool
    """Whether some customer may be called by the clock."""
    opens_at: datetime | None
    """When the window opens next; None while it is open, or when it never does."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did."""

    leases_ended: int
    put_back: int
    busy: bool
    """Another process was sweeping."""


@dataclass(frozen=True, slots=True)
class AddLead:
    """One customer or prospect by hand."""

    request_id: UUID
    fields: Mapping[str, str | None]
    """Text as typed by a file's column names (`add.FIELDS`); `name` is needed, blank is missing."""
    team: str | None = None
    """Code of another team, for who sees all; None is the actor's own."""
    consent_source: str | None = None
    """Where the consent was given; None is "by hand"."""


@dataclass(frozen=True, slots=True)
class Added:
    """A lead that has come in, and its first score."""

    lead_id: int
    external_id: str
    state: LeadState
    """DO_NOT_CALL where that was said."""
    rank_key: int
    """round(p·10⁶); −1 where no model could score it."""
    reasons: tuple[Reason, ...]
    model_id: int | None
    callable: bool
    """Whether nothing but the clock stands against calling it: consent, a number, no "do not call"."""
    not_callable: tuple[str, ...] = ()
    """What stands against it, of `consent`, `do_not_call`, `no_phone`."""
    same_phone: tuple[int, ...] = ()
    """The team's leads that have its number already, the first few: the same person, or a shared one."""

    @property
    def probability(self) -> float | None:
        """0–1, or None while the lead is unscored."""
        return None if self.rank_key < 0 else self.rank_key / 1_000_000
