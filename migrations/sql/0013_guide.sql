-- M3, the guide: what an agent says, as versions that an admin imports. Ticks lie with the call.
create table guide_version (
    id          int generated always as identity primary key,
    team_id     int references team,                   -- null: the whole bank's
    number      int not null check (number > 0),       -- counts within the team's, or the bank's, versions
    content     jsonb not null check (jsonb_typeof(content) = 'object'),
    sha256      bytea not null check (octet_length(sha256) = 32),  -- of the content: what it is cached by
    source      text not null check (btrim(source) <> '' and length(source) <= 200),
    imported_by int references app_user,
    imported_at timestamptz not null,
    active      boolean not null default false,
    unique nulls not distinct (team_id, number)
);
-- one at most is in force for a team, and one for the bank
create unique index guide_version_active on guide_version (team_id) nulls not distinct where active;

alter table guide_version enable row level security;
create policy team_scope on guide_version
    using (team_id is null or (select rls_team()) in (team_id, 0))
    with check ((select rls_team()) = 0);

-- versions are never changed or taken away: calls point to them
grant select, insert on guide_version to leadtui_app;
grant update (active) on guide_version to leadtui_app;
grant select on guide_version to leadtui_backup;
