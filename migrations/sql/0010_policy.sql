-- M3, rules of the business: consent as evidence, do-not-call lists, holidays, overrides.
select 1;

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
