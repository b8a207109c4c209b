-- M3, the call loop: undo, corrections, macros, pauses, handing over.

-- the line was hung up: talking ends there, writing goes on
alter table open_call add column ended_at timestamptz;
alter table call_log
    add column ended_at timestamptz,
    add column macro_id int,                           -- no key: a macro may go, what it logged stays
    add column guide_id int,
    add column ticks text[] check (cardinality(ticks) <= 40),
    add column corrected_at timestamptz,
    add constraint call_log_corrects check ((corrects is null) = (corrected_at is null)),
    add constraint call_log_voided check (not voided or corrects is not null);
comment on column call_log.at is
    'when the call was logged; a row that corrects or voids another carries its time, and corrected_at says when';

-- The calls that count: neither undone nor corrected since. The ONE place that says so; every reader of calls
-- asks it. A row that corrects has the time of what it corrects, so both lie in one partition and the look for
-- it is one probe of the index (lead_id, at).
create view call_effective with (security_invoker = true) as
    select c.* from call_log c
    where not c.voided
      and not exists (select from call_log n where n.lead_id = c.lead_id and n.at = c.at and n.corrects = c.id);

-- How a lead stood before its call was logged: what undoing and correcting put back. Not on call_log, which is
-- kept for good and never changed: this is needed for a day, changes with every correction, and is swept.
create table call_undo (
    call_id      bigint primary key,                   -- the call as it counts now
    at           timestamptz not null,
    team_id      int not null,
    lead_id      bigint not null,
    agent_id     int not null,
    version      int not null,                         -- the lead's after the log: other than this, it has moved on
    held         boolean not null,                     -- false: the lease had ended and the lead had moved on before
    open_version int not null,                         -- open_call.queue_version
    before       jsonb not null,                       -- lead_queue
    tasks        jsonb,                                -- the lead's open tasks
    task_id      bigint,                               -- the task that the call made
    phones       jsonb,                                -- lead_phone, where a number was marked as wrong
    blocked      jsonb                                 -- do not call: numbers, and other leads with their tasks
) with (fillfactor = 90);

-- macros: one key of the form logs a whole kind of call ------------------------------------------------------
create table macro (
    id             int generated always as identity primary key,
    team_id        int references team,                -- null: the whole bank's; a team's own stands over it
    key            smallint not null check (key between 7 and 9),
    label_id       text not null check (btrim(label_id) <> '' and length(label_id) <= 40),
    label_en       text not null check (btrim(label_en) <> '' and length(label_en) <= 40),
    status         smallint not null check (status in (0, 1)),
    reason         smallint check (reason between 0 and 3),
    outcome        smallint check (outcome in (1, 2, 4)),
    note_id        text not null check (btrim(note_id) <> ''),
    note_en        text not null check (btrim(note_en) <> ''),
    follow_minutes int check (follow_minutes between 1 and 43200),
    active         boolean not null default true,
    version        int not null default 1,
    updated_by     int,
    updated_at     timestamptz not null default now(),
    check ((status = 0) = (reason is not null)),
    check ((status = 1) = (outcome is not null)),
    check (outcome is distinct from 4 or follow_minutes is null),
    check (outcome is distinct from 2 or follow_minutes is not null),
    unique nulls not distinct (team_id, key)
);
insert into macro (key, label_id, label_en, status, reason, outcome, note_id, note_en, follow_minutes) values
    (7, 'Sibuk, coba lagi 2 jam', 'Busy, again in 2 h', 0, 1, null,
     'Nomor sibuk, akan dicoba lagi.', 'Line busy, to be tried again.', 120),
    (8, 'Kotak suara, coba lagi 4 jam', 'Voicemail, again in 4 h', 0, 3, null,
     'Masuk kotak suara, akan dicoba lagi.', 'Went to voicemail, to be tried again.', 240),
    (9, 'Minta ditelepon 1 jam lagi', 'Call back in 1 h', 1, null, 2,
     'Minta ditelepon lagi satu jam lagi:', 'Asked to be called back in an hour:', 60);

-- pauses -----------------------------------------------------------------------------------------------------
create table pause (
    id         bigint generated always as identity primary key,
    team_id    int not null references team,
    agent_id   int not null references app_user,
    session_id bigint not null,
    reason     text not null check (reason in ('break', 'prayer', 'meal', 'training', 'admin', 'other')),
    asked_at   timestamptz not null,
    started_at timestamptz,                            -- null: begins when the call that is open is finished
    ended_at   timestamptz check (ended_at >= started_at)
);
create unique index pause_open on pause (agent_id) where ended_at is null;
create index pause_agent on pause (agent_id, started_at desc);

-- When everybody has left the session that a pause began in, the pause has ended, too: when it was last used.
-- Null while the session (or one it was rotated into) works, and for sessions of other teams.
create function session_left_at(p_session bigint) returns timestamptz
language sql stable security definer set search_path = public, pg_temp as $$
    select case when bool_or(m.ended_at is null and m.expires_at > now() and m.idle_until > now()
                             and u.disabled_at is null) then null
                else max(m.last_seen_at) end
    from app_session s
    join app_session m on m.family = s.family
    join app_user u on u.id = m.user_id
    where s.id = p_session and (select rls_team()) in (u.team_id, 0)
$$;

-- rights -----------------------------------------------------------------------------------------------------
alter table call_undo enable row level security;
create policy team_scope on call_undo using ((select rls_team()) in (team_id, 0))
    with check ((select rls_team()) in (team_id, 0));
alter table pause enable row level security;
create policy team_scope on pause using ((select rls_team()) in (team_id, 0))
    with check ((select rls_team()) in (team_id, 0));
alter table macro enable row level security;
create policy macro_read on macro for select using (team_id is null or (select rls_team()) in (team_id, 0));
create policy macro_write on macro for all using ((select rls_team()) = 0) with check ((select rls_team()) = 0);

grant select on call_effective to leadtui_app, leadtui_backup;
grant select, insert, update, delete on call_undo, macro to leadtui_app;
grant select, insert, update on pause to leadtui_app;
grant select on call_undo, macro, pause to leadtui_backup;
revoke execute on function session_left_at(bigint) from public;
grant execute on function session_left_at(bigint) to leadtui_app;
