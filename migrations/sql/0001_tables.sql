-- The first migration: the schema in its final shape (DESIGN §3, DATA-PATH).
-- Two kinds of row live different lives: lead (wide, cold) and lead_queue (narrow, hot, fillfactor 70).

-- reference ------------------------------------------------------------------------------------------
create table team (
    id        int generated always as identity primary key,
    code      text not null unique check (code = lower(code) and code <> ''),
    name      text not null check (btrim(name) <> ''),
    zone      text not null default 'Asia/Jakarta',
    currency  text not null default 'IDR' check (currency ~ '^[A-Z]{3}$'),
    created_at timestamptz not null default now()
);

create table category (
    kind  text not null,
    code  smallint not null check (code > 0),
    value text not null,
    primary key (kind, code),
    unique (kind, value)
);

create table city (
    id        int generated always as identity primary key,
    fold      text not null,
    name      text not null,
    province  text,
    zone      smallint check (zone between 1 and 3),
    unique nulls not distinct (fold, province)
);

create table product (
    id      smallint generated always as identity primary key,
    team_id int references team,                       -- null: every team sells it
    code    text not null,
    name_id text not null,
    name_en text not null,
    active  boolean not null default true,
    unique nulls not distinct (team_id, code)
);

create table setting (
    team_id    int references team,                    -- null: the whole bank
    key        text not null,
    value      jsonb not null,
    version    int not null default 1,
    updated_by int,
    updated_at timestamptz not null default now(),
    unique nulls not distinct (team_id, key)
);

create table holiday (
    day  date primary key,
    name text not null
);

-- people (reached through the auth_* and users_* functions only) ----------------------------------------
create table app_user (
    id            int generated always as identity primary key,
    team_id       int not null references team,
    email         text not null check (email = lower(email) and btrim(email) <> ''),
    name          text not null check (btrim(name) <> ''),
    role          text not null check (role in ('agent', 'manager', 'admin', 'system')),
    password_hash text,                                -- null: nobody can sign in with a password (system)
    must_change   boolean not null default false,
    locale        text,
    zone          text not null default 'Asia/Jakarta',
    prefs         jsonb not null default '{}',
    draft_key     bytea not null default decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'),
    disabled_at   timestamptz,
    created_at    timestamptz not null default now(),
    version       int not null default 1,
    unique (email)
);

create table app_session (
    id           bigint generated always as identity primary key,
    token_hash   bytea not null unique check (octet_length(token_hash) = 32),
    user_id      int not null references app_user,
    origin       text not null check (origin in ('tui', 'cli', 'api', 'worker')),
    os_user      text,
    host         text,
    created_at   timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    idle_until   timestamptz not null,
    expires_at   timestamptz not null,
    family       uuid not null default gen_random_uuid(),  -- refresh rotation: reuse revokes the family
    refresh_hash bytea unique,
    ended_at     timestamptz,
    ended_why    text
);
create index app_session_user on app_session (user_id) where ended_at is null;

-- imports --------------------------------------------------------------------------------------------
create table import_run (
    id          bigint generated always as identity primary key,
    team_id     int not null references team,
    file_name   text not null,
    file_sha256 bytea not null check (octet_length(file_sha256) = 32),
    file_bytes  bigint not null,
    actor_id    int not null references app_user,
    started_at  timestamptz not null default now(),
    finished_at timestamptz,
    status      text not null check (status in ('committed', 'rejected', 'dry_run', 'unchanged')),
    n_read      bigint not null,
    n_added     bigint not null,
    n_changed   bigint not null,
    n_unchanged bigint not null,
    n_rejected  bigint not null,
    n_skipped   bigint not null,
    options     jsonb not null default '{}',
    check (n_read = n_added + n_changed + n_unchanged + n_rejected + n_skipped)
);
create index import_run_team on import_run (team_id, id desc);

create table import_reject (
    team_id     int not null references team,
    file_sha256 bytea not null,
    line        bigint not null check (line > 0),
    col         text not null,
    reason      text not null,
    value       text,
    primary key (team_id, file_sha256, line, col, reason)
);

-- the lead: wide, cold ---------------------------------------------------------------------------------
create table lead (
    id             bigint generated always as identity primary key,
    team_id        int not null references team,
    external_id    text not null check (external_id <> '' and length(external_id) <= 200),
    external_given boolean not null default true,      -- false: made from the content by the import
    name           text check (btrim(name) <> ''),
    name_fold      text not null default '',
    email          text,
    city           text,
    province       text,
    zone           smallint check (zone between 1 and 3),  -- null: unknown
    source         text,
    age            smallint check (age between 0 and 130),
    job            smallint,
    marital        smallint,
    education      smallint,
    default_flag   boolean,                            -- three-valued: null is unknown
    housing        boolean,
    loan           boolean,
    balance        numeric(18, 2),
    balance_currency text check (balance_currency ~ '^[A-Z]{3}$'),
    income         numeric(18, 2) check (income >= 0),
    installments   numeric(18, 2) check (installments >= 0),
    credit_score   int check (credit_score between 0 and 1000),
    savings        numeric(18, 2) check (savings >= 0),
    contact        smallint,
    pdays          int check (pdays >= 0),             -- null: never contacted in an earlier campaign
    previous       int check (previous >= 0),
    poutcome       smallint,
    -- a historical row's calendar, macro columns, attempts and answer: they serve training only
    month          smallint check (month between 1 and 12),
    day_of_week    smallint check (day_of_week between 1 and 7),
    day            smallint check (day between 1 and 31),
    file_campaign  int check (file_campaign >= 0),
    emp_var_rate   double precision,
    cons_price_idx double precision,
    cons_conf_idx  double precision,
    euribor3m      double precision,
    nr_employed    double precision,
    duration       int check (duration >= 0),
    y              boolean,
    consent        smallint check (consent between 0 and 2),  -- null: nothing known, which is not a yes
    consent_source text,
    consent_at     timestamptz,
    do_not_call    boolean not null default false,
    synthetic      boolean not null default false,
    subject_key    bytea,                              -- per person, destroyed by erasure (audit HMACs)
    content_hash   bytea not null,
    import_id      bigint references import_run,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    deleted_at     timestamptz,
    version        int not null default 1,
    unique (team_id, external_id)
);
create index lead_name on lead using gin (to_tsvector('simple', name_fold)) with (fastupdate = off);
create index lead_email on lead (lower(email) text_pattern_ops) where email is not null;
create index lead_import on lead (import_id) where import_id is not null;

create table lead_phone (
    lead_id   bigint not null references lead,
    team_id   int not null,
    e164      text not null check (e164 ~ '^\+[1-9][0-9]{5,14}$'),
    digits    text not null generated always as (substr(e164, 2)) stored,
    preferred boolean not null default true,
    bad       boolean not null default false,
    primary key (lead_id, e164)
);
create index lead_phone_digits on lead_phone (digits text_pattern_ops) include (team_id, lead_id);
create index lead_phone_reverse on lead_phone (reverse(digits) text_pattern_ops);

create table dnc_number (
    team_id  int not null references team,
    e164     text not null,
    reason   text,
    added_by int references app_user,
    added_at timestamptz not null default now(),
    primary key (team_id, e164)
);

-- where the lead stands: narrow, hot -------------------------------------------------------------------
-- When this lead may be called next: 'infinity' is never by itself. Immutable on purpose: it feeds a
-- generated column, and the trigger that derives `ready` calls the same function.
create function queue_available_at(
    state smallint, consent_ok boolean, dnc boolean, phone_ok boolean, capped boolean,
    hidden_until timestamptz, claimed_until timestamptz, callback_at timestamptz
) returns timestamptz language sql immutable parallel safe as $$
    select case
        when state in (3, 5, 6) or dnc or capped or not consent_ok or not phone_ok then timestamptz 'infinity'
        else greatest(coalesce(hidden_until, '-infinity'), coalesce(claimed_until, '-infinity'),
                      coalesce(callback_at, '-infinity'))
    end
$$;

create table lead_queue (
    lead_id        bigint primary key references lead,
    team_id        int not null,
    rank_key       int not null default -1 check (rank_key between -1 and 1000000),  -- round(p*1e6)
    why            bigint not null default 0,          -- scoring.reasons.pack
    model_id       int,
    run_id         bigint,
    state          smallint not null default 0 check (state between 0 and 6),
    owner_id       int references app_user,
    claimed_by     int references app_user,
    claimed_until  timestamptz,
    hidden_until   timestamptz,
    callback_at    timestamptz,
    consent_ok     boolean not null default false,
    dnc            boolean not null default false,
    phone_ok       boolean not null default false,
    capped         boolean not null default false,     -- the lifetime cap of attempts is reached
    attempts       smallint not null default 0,
    attempts_today smallint not null default 0,
    attempts_day   date,                               -- the day attempts_today counts, customer's zone
    rejections     smallint not null default 0,
    last_contact_at timestamptz,
    zone           smallint,
    age            smallint,
    job            smallint,
    marital        smallint,
    education      smallint,
    city_id        int,
    name_fold      text not null default '',
    version        int not null default 1,             -- state changes; a bulk rescore does not bump it
    available_at   timestamptz not null generated always as (
        queue_available_at(state, consent_ok, dnc, phone_ok, capped, hidden_until, claimed_until, callback_at)
    ) stored,
    ready          boolean not null default false
) with (fillfactor = 70);

-- `ready` is "available_at has passed", as of the last write; readers union what has become due since.
create function lead_queue_ready() returns trigger language plpgsql as $$
begin
    new.ready := queue_available_at(new.state, new.consent_ok, new.dnc, new.phone_ok, new.capped,
                                    new.hidden_until, new.claimed_until, new.callback_at)
                 <= coalesce(nullif(current_setting('leadtui.now', true), '')::timestamptz, now());
    return new;
end
$$;
create trigger lead_queue_ready before update of
    state, consent_ok, dnc, phone_ok, capped, hidden_until, claimed_until, callback_at
    on lead_queue for each row execute function lead_queue_ready();

-- The queue's index: what the list filters on rides along, so that a filter reads no row that it drops.
create index lead_queue_list on lead_queue (team_id, rank_key desc, lead_id)
    include (owner_id, callback_at, state, zone, age, job, city_id, name_fold) where ready;
create index lead_queue_mine on lead_queue (owner_id, rank_key desc, lead_id) where ready and owner_id is not null;
create index lead_queue_due on lead_queue (available_at) where not ready and available_at < 'infinity';
create index lead_queue_callback on lead_queue (owner_id, callback_at) where callback_at is not null;
-- Every state, for statements that say `version > 0` (which is always so): otherwise the planner takes this
-- smaller index for the queue too, and reads the hidden rows that pile up at its head.
create index lead_queue_all on lead_queue (team_id, rank_key desc, lead_id) where version > 0;

create table word (
    team_id int not null,
    word    text not null,
    n       bigint not null,
    primary key (team_id, word)
);
create index word_prefix on word (team_id, word text_pattern_ops);

create table rank_anchor (
    team_id  int not null,
    place    bigint not null check (place > 0),
    rank_key int not null,
    lead_id  bigint not null,
    primary key (team_id, place)
);

-- calls ------------------------------------------------------------------------------------------------
create table open_call (
    id           uuid primary key,
    team_id      int not null references team,
    lead_id      bigint not null references lead,
    agent_id     int not null references app_user,
    phone        text not null,
    direction    smallint not null default 0 check (direction in (0, 1)),  -- 0 out, 1 in
    opened_at    timestamptz not null,
    heartbeat_at timestamptz not null,
    lease_until  timestamptz not null,
    live         boolean not null default true,        -- false: the lease ended, lead and phone are free
    dialled_at   timestamptz,
    answered_at  timestamptz,
    -- what served it
    place        bigint,
    rank_key     int not null default -1,
    model_id     int,
    propensity   real,
    features     jsonb,
    verdicts     jsonb,
    queue_version int not null,
    version      int not null default 1
);
create unique index open_call_lead on open_call (lead_id) where live;
create unique index open_call_phone on open_call (team_id, phone) where live;
create unique index open_call_agent on open_call (agent_id);
create index open_call_lease on open_call (lease_until) where live;

create table call_log (
    id           bigint generated always as identity,
    at           timestamptz not null,                 -- when it was logged
    team_id      int not null references team,
    lead_id      bigint not null references lead,
    agent_id     int not null references app_user,
    open_call_id uuid not null,
    phone        text not null,
    direction    smallint not null default 0 check (direction in (0, 1)),
    opened_at    timestamptz not null,
    dialled_at   timestamptz,
    answered_at  timestamptz,
    talk_seconds int check (talk_seconds >= 0),
    status       smallint not null check (status in (0, 1)),
    reason       smallint check (reason between 0 and 3),
    outcome      smallint check (outcome between 1 and 6),
    note         text not null check (btrim(note) <> ''),
    callback_at  timestamptz,
    product_id   smallint references product,
    amount       numeric(18, 2) check (amount > 0),
    currency     text,
    report_day   date not null,                        -- the team's zone, written once
    report_hour  smallint not null check (report_hour between 0 and 23),
    place        bigint,
    rank_key     int not null default -1,
    model_id     int,
    propensity   real,
    features     jsonb,
    verdicts     jsonb,
    corrects     bigint,                               -- the call that this row corrects
    voided       boolean not null default false,
    primary key (id, at),
    check ((status = 0) = (reason is not null)),
    check (status = 1 or outcome is null or outcome = 5),
    check (status = 0 or outcome is not null),
    check ((outcome is not distinct from 3) = (product_id is not null)),
    check ((product_id is null) = (amount is null) and (amount is null) = (currency is null)),
    check (outcome is distinct from 2 or callback_at is not null)
) partition by range (at);
create index call_log_at on call_log using brin (at);
create index call_log_agent on call_log (agent_id, at desc);
create index call_log_lead on call_log (lead_id, at desc);

create table task (
    id         bigint generated always as identity primary key,
    team_id    int not null references team,
    lead_id    bigint not null references lead,
    owner_id   int references app_user,                -- null: anyone's
    kind       smallint not null check (kind between 1 and 3),
    due_at     timestamptz not null,
    note       text not null default '',
    state      smallint not null default 0 check (state between 0 and 3),  -- open, done, cancelled, released
    tries      smallint not null default 0,
    call_id    bigint,
    created_by int not null references app_user,
    created_at timestamptz not null,
    done_at    timestamptz,
    version    int not null default 1
);
create unique index task_one_callback on task (lead_id) where kind = 1 and state = 0;
create index task_mine on task (owner_id, due_at) where state = 0;
create index task_lead on task (lead_id, due_at);

create table give_back (
    id       bigint generated always as identity primary key,
    at       timestamptz not null,
    team_id  int not null references team,
    lead_id  bigint not null,
    agent_id int not null,
    reason   text not null
);
-- what an agent gave back today is not served to them again today
create index give_back_agent on give_back (agent_id, at desc);

create table agent_day (
    agent_id   int not null references app_user,
    day        date not null,                          -- the team's zone
    team_id    int not null references team,
    calls      int not null default 0,
    contacts   int not null default 0,
    closings   int not null default 0,
    callbacks  int not null default 0,
    amount     numeric(18, 2) not null default 0,
    talk_seconds bigint not null default 0,
    expected   double precision not null default 0,    -- sum of the probabilities of the leads served
    by_hour    jsonb not null default '{}',            -- {"9": [calls, contacts]}
    primary key (agent_id, day)
);
create index agent_day_team on agent_day (team_id, day);

create table receipt (
    request_id uuid primary key,
    action     text not null,
    actor_id   int not null,
    at         timestamptz not null default now(),
    result     jsonb not null
);

-- models and scores ------------------------------------------------------------------------------------
create table model_version (
    id          int generated always as identity primary key,
    name        text not null unique,
    kind        text not null,
    feature_set text not null,
    artefact    bytea not null,
    sha256      bytea not null check (octet_length(sha256) = 32),
    card        jsonb not null,
    status      text not null default 'candidate' check (status in ('candidate', 'deployed', 'retired')),
    created_by  int references app_user,
    created_at  timestamptz not null default now(),
    deployed_at timestamptz
);
create unique index model_version_deployed on model_version ((true)) where status = 'deployed';

create table deployment (
    id       bigint generated always as identity primary key,
    model_id int not null references model_version,
    at       timestamptz not null,
    actor_id int not null references app_user,
    previous int references model_version
);

create table score_run (
    id          bigint generated always as identity primary key,
    team_id     int references team,                   -- null: every team
    model_id    int not null references model_version,
    actor_id    int not null references app_user,
    started_at  timestamptz not null,
    finished_at timestamptz,
    n           bigint not null default 0,
    pool        jsonb not null,                        -- mean log-odds and mean contribution by group
    options     jsonb not null default '{}'
);

create table prediction (
    id       bigint generated always as identity primary key,
    at       timestamptz not null,
    team_id  int not null,
    lead_id  bigint not null references lead,
    model_id int not null references model_version,
    run_id   bigint references score_run,
    cause    text not null check (cause in ('single', 'served')),
    rank_key int not null,
    features jsonb not null,
    reasons  jsonb not null
);
create index prediction_lead on prediction (lead_id, id desc);

create table prediction_batch (
    run_id    bigint not null references score_run,
    chunk     int not null,
    team_id   int not null,
    lead_ids  bigint[] not null,
    rank_keys int[] not null,
    whys      bigint[] not null,
    primary key (run_id, chunk, team_id),
    check (cardinality(lead_ids) = cardinality(rank_keys) and cardinality(lead_ids) = cardinality(whys))
);

-- audit: append-only -----------------------------------------------------------------------------------
create table audit (
    id         bigint generated always as identity,
    at         timestamptz not null default clock_timestamp(),
    team_id    int,
    actor_id   int,
    session_id bigint,
    os_user    text,
    origin     text not null,
    action     text not null,
    outcome    text not null default 'ok' check (outcome in ('ok', 'denied', 'failed')),
    subject    text,                                   -- "lead:123"; never personal data
    detail     jsonb not null default '{}',            -- field names, ids and counts only
    primary key (id, at)
) partition by range (at);
create index audit_at on audit using brin (at);
create index audit_actor on audit (actor_id, at desc);
create index audit_subject on audit (subject, at desc) where subject is not null;

-- the sealer hashes committed rows in order, in batches; `audit verify` covers them
create table audit_seal (
    last_id   bigint primary key,
    n         bigint not null,
    prev_hash bytea not null,
    hash      bytea not null,
    sealed_at timestamptz not null default now()
);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'audit rows are never changed or removed' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_append_only before update or delete on audit
    for each row execute function audit_is_append_only();

-- partitions: months for calls, years for audit; `db upgrade` calls this every time ----------------------
create function ensure_partitions(months_ahead int default 24) returns int language plpgsql as $$
declare
    made int := 0;
    m    date := date_trunc('month', now() - interval '2 months')::date;
    y    int;
begin
    if to_regclass('call_log_default') is null then
        create table call_log_default partition of call_log default;
        create table audit_default partition of audit default;
    end if;
    while m <= (date_trunc('month', now()) + make_interval(months => months_ahead))::date loop
        if to_regclass(format('call_log_%s', to_char(m, 'YYYYMM'))) is null then
            execute format('create table call_log_%s partition of call_log for values from (%L) to (%L)',
                           to_char(m, 'YYYYMM'), m, (m + interval '1 month')::date);
            made := made + 1;
        end if;
        m := (m + interval '1 month')::date;
    end loop;
    for y in extract(year from now())::int .. extract(year from now() + make_interval(months => months_ahead))::int loop
        if to_regclass(format('audit_%s', y)) is null then
            execute format('create table audit_%s partition of audit for values from (%L) to (%L)',
                           y, make_date(y, 1, 1), make_date(y + 1, 1, 1));
            made := made + 1;
        end if;
    end loop;
    return made;
end
$$;
