-- M3, rules of the business: consent as evidence, do-not-call lists, holidays, overrides.

-- settings: a team that has no value of its own any more takes the bank's
grant delete on setting to leadtui_app;

-- holidays ---------------------------------------------------------------------------------------------
-- Nothing is ever deleted: a holiday that the bank took away must not come back with the next shipped list.
alter table holiday drop constraint holiday_pkey;
alter table holiday
    add column id         int generated always as identity primary key,
    add column name_en    text,
    add column zone       smallint check (zone between 1 and 3),       -- null: the whole country
    add column kind       text not null default 'own' check (kind in ('national', 'joint_leave', 'own')),
    add column source     text not null default 'hand',                -- shipped, hand, or the file's name
    add column estimated  boolean not null default false,              -- the moon has not been seen yet
    add column removed    boolean not null default false,
    add column updated_by int references app_user,
    add column updated_at timestamptz not null default now(),
    add constraint holiday_name check (btrim(name) <> ''),
    add constraint holiday_day unique nulls not distinct (day, zone);
alter table holiday enable row level security;
create policy holiday_read on holiday for select using (true);
create policy holiday_write on holiday for all using ((select rls_team()) = 0) with check ((select rls_team()) = 0);
revoke delete on holiday from leadtui_app;

-- do-not-call: where an entry comes from, and what was lifted ---------------------------------------------
alter table dnc_number
    add column source  text,                               -- a file's name; null: said in a call, or by hand
    add column lead_id bigint;                             -- listed as a number of this person
create index dnc_number_lead on dnc_number (lead_id) where lead_id is not null;

create table dnc_removed (
    id         bigint generated always as identity primary key,
    team_id    int not null references team,
    e164       text,                                       -- null: the person
    lead_id    bigint,
    reason     text not null check (btrim(reason) <> ''),
    removed_by int not null references app_user,
    removed_at timestamptz not null,
    -- what the entry said
    was_reason text,
    was_source text,
    added_by   int,
    added_at   timestamptz,
    check (e164 is not null or lead_id is not null)
);
create index dnc_removed_number on dnc_removed (team_id, e164) where e164 is not null;
create index dnc_removed_lead on dnc_removed (lead_id) where lead_id is not null;
alter table dnc_removed enable row level security;
create policy team_scope on dnc_removed using ((select rls_team()) in (team_id, 0))
    with check ((select rls_team()) in (team_id, 0));
grant select, insert on dnc_removed to leadtui_app;

-- consent: append-only evidence ----------------------------------------------------------------------------
-- The newest answer stands on the lead with who wrote it and the import it came with. An answer that is
-- replaced is kept here by a trigger, whoever replaces it; so a first import of a million writes no event.
alter table lead
    add column consent_by        int,
    add column consent_import_id bigint;

create table consent_event (
    id        bigint generated always as identity primary key,
    team_id   int not null references team,
    lead_id   bigint not null references lead,
    consent   smallint check (consent between 0 and 2),   -- null: nothing known
    source    text,
    at        timestamptz,                                -- null: from before it was recorded
    by_id     int,
    import_id bigint,
    kept_at   timestamptz not null default now()
);
create index consent_event_lead on consent_event (lead_id, id desc);
alter table consent_event enable row level security;
create policy team_scope on consent_event using ((select rls_team()) in (team_id, 0))
    with check ((select rls_team()) in (team_id, 0));
grant select, insert on consent_event to leadtui_app;

create function lead_consent_kept() returns trigger language plpgsql as $$
begin
    if old.consent is not null then
        insert into consent_event (team_id, lead_id, consent, source, at, by_id, import_id)
        values (old.team_id, old.id, old.consent, old.consent_source, old.consent_at, old.consent_by,
                old.consent_import_id);
    end if;
    return null;
end
$$;
revoke execute on function lead_consent_kept() from public;
grant execute on function lead_consent_kept() to leadtui_app;
create trigger lead_consent_kept after update of consent, consent_source, consent_at on lead
    for each row when ((old.consent, old.consent_source, old.consent_at)
                       is distinct from (new.consent, new.consent_source, new.consent_at))
    execute function lead_consent_kept();

create function evidence_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'evidence is never changed or removed' using errcode = 'insufficient_privilege';
end
$$;
revoke execute on function evidence_is_append_only() from public;
grant execute on function evidence_is_append_only() to leadtui_app;
create trigger consent_event_append_only before update or delete on consent_event
    for each row execute function evidence_is_append_only();
create trigger dnc_removed_append_only before update or delete on dnc_removed
    for each row execute function evidence_is_append_only();

-- overrides (WHYNOT): what stood against calling a lead was lifted, by whom and why. Nobody may change a row.
create table eligibility_override (
    id       bigint generated always as identity primary key,
    at       timestamptz not null,
    team_id  int not null references team,
    lead_id  bigint not null references lead,
    actor_id int not null references app_user,
    code     text not null check (code in ('state', 'lifetime', 'rest', 'owner')),
    reason   text not null check (length(btrim(reason)) between 3 and 500),
    was      jsonb not null                            -- what was lifted, as it stood
);
create index eligibility_override_lead on eligibility_override (lead_id, id desc);
alter table eligibility_override enable row level security;
create policy team_scope on eligibility_override using ((select rls_team()) in (team_id, 0))
    with check ((select rls_team()) in (team_id, 0));
grant select, insert on eligibility_override to leadtui_app;
grant select on eligibility_override to leadtui_backup;
-- calls before an override of the lifetime cap: it counts anew from here, and the record stays
alter table lead_queue add column attempts_forgiven smallint not null default 0 check (attempts_forgiven >= 0);
create trigger eligibility_override_append_only before update or delete on eligibility_override
    for each row execute function evidence_is_append_only();
