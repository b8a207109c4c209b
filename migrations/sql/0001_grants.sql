-- Row-level security: one coarse policy, beside the explicit team predicate of every statement.
do $$
declare
    t text;
begin
    foreach t in array array['lead', 'lead_phone', 'lead_queue', 'dnc_number', 'word', 'rank_anchor', 'open_call',
                             'call_log', 'task', 'give_back', 'agent_day', 'import_run', 'import_reject', 'prediction',
                             'prediction_batch']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('create policy team_scope on %I using ((select rls_team()) in (team_id, 0)) '
                       'with check ((select rls_team()) in (team_id, 0))', t);
    end loop;
end
$$;
alter table score_run enable row level security;
create policy team_scope on score_run using (team_id is null or (select rls_team()) in (team_id, 0))
    with check ((select rls_team()) in (team_id, 0) or (select rls_team()) = 0);
alter table setting enable row level security;
create policy setting_read on setting for select using (true);
create policy setting_write on setting for all using ((select rls_team()) = 0) with check ((select rls_team()) = 0);
alter table receipt enable row level security;
create policy receipt_own on receipt using (actor_id = (select auth_user())) with check (actor_id = (select auth_user()));
alter table audit enable row level security;
-- denials and failed sign-ins are written without a session
create policy audit_write on audit for insert with check (true);
create policy audit_read on audit for select using ((select rls_team()) in (team_id, 0));

grant usage on schema public to leadtui_app, leadtui_backup;
revoke create on schema public from public;
grant select on team, category, city, product, holiday, model_version, deployment to leadtui_app;
grant insert on city to leadtui_app;
grant insert, update on setting to leadtui_app;
grant select on setting to leadtui_app;
grant select, insert, update on lead, lead_phone, lead_queue, dnc_number, word, open_call, task, agent_day, import_run,
    score_run to leadtui_app;
grant select, insert, update, delete on rank_anchor, import_reject to leadtui_app;
grant delete on open_call, lead_phone, dnc_number, word to leadtui_app;
grant select, insert on call_log, give_back, receipt, prediction, prediction_batch, audit, deployment to leadtui_app;
grant select, insert, update on model_version to leadtui_app;
grant insert, update on holiday to leadtui_app;
grant select on all tables in schema public to leadtui_backup;

revoke execute on all functions in schema public from public;
grant execute on function rls_team(), auth_role(), auth_user(), auth_require(text[]), auth_enter(text, timestamptz),
    auth_find(text), auth_open(int, bytea, text, text, text, interval, interval), auth_system_user(), auth_touch(interval),
    auth_close(text), auth_password_hash(), auth_set_password(text), auth_prefs(), auth_set_prefs(jsonb), people(),
    users_list(), users_add(text, text, text, int, text, boolean), users_find(text), users_disable(int),
    users_reset_password(int, text), lead_queue_ready(), audit_is_append_only(),
    leads_by_word(text),
    queue_available_at(smallint, boolean, boolean, boolean, boolean, timestamptz, timestamptz, timestamptz)
    to leadtui_app;

-- seeds ----------------------------------------------------------------------------------------------
insert into team (code, name) values ('main', 'Tim Utama');
insert into app_user (team_id, email, name, role) select id, 'system', 'system', 'system' from team where code = 'main';
insert into product (code, name_id, name_en) values
    ('deposit', 'Deposito berjangka', 'Term deposit'),
    ('savings', 'Tabungan', 'Savings account'),
    ('credit_card', 'Kartu kredit', 'Credit card'),
    ('pension', 'Dana pensiun', 'Pension fund');
insert into setting (key, value) values
    ('consent.required', 'true'),
    ('window.enabled', 'true'),
    ('window.from', '"08:00"'),
    ('window.to', '"18:00"'),
    ('window.days', '[1, 2, 3, 4, 5, 6]'),
    ('attempts.per_day', '3'),
    ('attempts.lifetime', '8'),
    ('attempts.retry_minutes', '120'),
    ('cool_off.days', '[1, 7, 30]'),
    ('interested.days', '1'),
    ('callback.tries', '3'),
    ('lease.minutes', '15');
