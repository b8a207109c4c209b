-- M3, mail: the outbox. A row stands here exactly where what it tells of was committed; the job that sends it is
-- deferred by the same transaction (the queue's own schema is run before this file).

create table outbox (
    id          bigint generated always as identity primary key,
    team_id     int not null references team,
    kind        text not null check (kind ~ '^[a-z_]{1,40}$'),
    to_user     int not null references app_user,
    params      jsonb not null default '{}' check (jsonb_typeof(params) = 'object'),
    key         text,                                  -- the same key again is the same mail
    created_by  int not null references app_user,
    created_at  timestamptz not null,
    after       timestamptz not null,                  -- not sent before
    state       text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'failed', 'suppressed')),
    tries       smallint not null default 0,
    last_code   text,                                  -- why it is not sent yet, or never will be
    tried_at    timestamptz,
    settled_at  timestamptz
);
create unique index outbox_key on outbox (to_user, kind, key) where key is not null;
create index outbox_waiting on outbox (after) where state in ('queued', 'sending');
create index outbox_settled on outbox (settled_at) where settled_at is not null;

alter table outbox enable row level security;
create policy team_scope on outbox using ((select rls_team()) in (team_id, 0))
    with check ((select rls_team()) in (team_id, 0));
grant select, insert, update, delete on outbox to leadtui_app;
grant select on outbox to leadtui_backup;

-- procrastinate works as the plain app role; its jobs hold outbox ids and nothing else
grant select, insert, update, delete on procrastinate_jobs, procrastinate_events, procrastinate_workers,
    procrastinate_periodic_defers to leadtui_app;
grant usage on sequence procrastinate_jobs_id_seq, procrastinate_events_id_seq, procrastinate_periodic_defers_id_seq
    to leadtui_app;
grant select on procrastinate_jobs, procrastinate_events, procrastinate_workers, procrastinate_periodic_defers
    to leadtui_backup;

-- One waiting job a mail: whoever defers it again changes nothing.
create function outbox_defer(p_id bigint, p_at timestamptz) returns void language plpgsql as $$
begin
    perform procrastinate_defer_jobs_v1(array[row(
        'mail', 'mail.send', 0, null, 'mail:' || p_id, jsonb_build_object('outbox_id', p_id),
        case when p_at > now() then p_at end)::procrastinate_job_to_defer_v1]);
exception when unique_violation then
    update procrastinate_jobs set scheduled_at = case when p_at > now() then p_at end
    where queueing_lock = 'mail:' || p_id and status = 'todo' and scheduled_at > p_at;
end
$$;

-- Takes a mail that is due for sending, with what is needed to write it; no row where it is not (any more).
-- Addresses leave the house through here only.
create function outbox_take(p_id bigint, p_now timestamptz) returns table (
    id bigint, kind text, params jsonb, created_at timestamptz, tries smallint, user_id int, email text, name text,
    locale text, zone text, mail_off boolean, disabled boolean, demo boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    perform auth_require('system');
    return query
        with taken as (
            update outbox o set state = 'sending', tries = o.tries + 1, tried_at = p_now
            where o.id = p_id and o.state = 'queued' and o.after <= p_now
            returning o.*)
        select t.id, t.kind, t.params, t.created_at, t.tries, u.id, u.email, u.name, u.locale, u.zone,
               coalesce(u.prefs -> 'mail' = 'false', false), u.disabled_at is not null,
               exists (select from setting s where s.key = 'demo' and s.team_id is null)
        from taken t join app_user u on u.id = t.to_user;
end
$$;

-- Who gets a digest now: it is morning with them, and something is due today.
create function outbox_mornings(p_now timestamptz, p_from time, p_to time) returns table (user_id int, day date)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    perform auth_require('system');
    return query
        select u.id, (p_now at time zone u.zone)::date from app_user u
        where u.disabled_at is null and u.role in ('agent', 'manager')
          and coalesce(u.prefs -> 'mail' <> 'false', true)
          and (p_now at time zone u.zone)::time >= p_from and (p_now at time zone u.zone)::time < p_to
          and exists (select from task k where k.owner_id = u.id and k.state = 0
                      and k.due_at < ((p_now at time zone u.zone)::date + 1)::timestamp at time zone u.zone)
          and not exists (select from outbox o where o.to_user = u.id and o.kind = 'digest'
                          and o.key = (p_now at time zone u.zone)::date::text);
end
$$;

revoke execute on function outbox_take(bigint, timestamptz), outbox_mornings(timestamptz, time, time) from public;
grant execute on function outbox_defer(bigint, timestamptz), outbox_take(bigint, timestamptz),
    outbox_mornings(timestamptz, time, time) to leadtui_app;
