-- M3, views and tags.
create table tag (
    id         int generated always as identity primary key,
    team_id    int not null references team,
    name       text not null check (btrim(name) = name and length(name) between 1 and 24),
    fold       text not null check (fold <> ''),       -- what makes it the same tag, and what a filter asks for
    created_by int references app_user,
    created_at timestamptz not null,
    version    int not null default 1,
    unique (team_id, fold)
);

create table lead_tag (
    lead_id bigint not null references lead,
    tag_id  int not null references tag on delete cascade,
    team_id int not null,
    by_id   int references app_user,
    at      timestamptz not null,
    primary key (lead_id, tag_id)
);
create index lead_tag_tag on lead_tag (tag_id, lead_id) include (team_id);

-- A filter with an order and a name. `filter` is what core/leads/filter_codec.py writes.
create table saved_view (
    id         bigint generated always as identity primary key,
    team_id    int not null references team,
    owner_id   int not null references app_user,
    shared     boolean not null default false,         -- the team's, made by a manager
    name       text not null check (btrim(name) = name and length(name) between 1 and 40),
    fold       text not null check (fold <> ''),
    key        text check (key ~ '^[1-9a-z]$'),
    filter     jsonb not null check (jsonb_typeof(filter) = 'object'),
    sort       text not null,
    version    int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index saved_view_own on saved_view (owner_id, fold) where not shared;
create unique index saved_view_team on saved_view (team_id, fold) where shared;
create unique index saved_view_own_key on saved_view (owner_id, key) where key is not null and not shared;
create unique index saved_view_team_key on saved_view (team_id, key) where key is not null and shared;

-- filters that few leads may pass: found from here, then ordered
create index lead_queue_owned on lead_queue (team_id, owner_id, lead_id) where owner_id is not null;
create index lead_credit on lead (team_id, housing, loan, default_flag) include (id);

do $$
declare
    t text;
begin
    foreach t in array array['tag', 'lead_tag', 'saved_view']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy team_scope on %I using ((select rls_team()) in (team_id, 0)) '
                       'with check ((select rls_team()) in (team_id, 0))', t);
    end loop;
end
$$;
grant select, insert, update, delete on tag, lead_tag, saved_view to leadtui_app;
grant select on tag, lead_tag, saved_view to leadtui_backup;
