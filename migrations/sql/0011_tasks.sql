-- M3, tasks: anyone's, snoozed, released; reminders.

alter table task
    add column rung_for      timestamptz,              -- the due time that its owner was reminded of
    add column early_for     timestamptz,              -- the due time that was announced some minutes before
    add column released_from int references app_user,  -- whose it was before it became anyone's
    add column released_at   timestamptz;

-- a team's open tasks by their time: the team's list and the sweep; and those that are anyone's
create index task_due on task (team_id, due_at) where state = 0;
create index task_anyones on task (team_id, due_at) where state = 0 and owner_id is null;
-- callbacks that belong to nobody: every claim looks here, and nearly always at nothing
create index lead_queue_released on lead_queue (team_id, callback_at)
    where owner_id is null and callback_at is not null;

-- Open tasks that their owner will not do: callbacks that fell due before p_due, their owner not at work (no
-- session used since p_seen, no call open), and whatever of a disabled user has fallen due. Of the session's
-- own teams only.
create function tasks_left(p_now timestamptz, p_due timestamptz, p_seen timestamptz, p_limit int)
returns table (task_id bigint, lead_id bigint, owner_id int)
language sql stable security definer set search_path = public, pg_temp as $$
    select t.id, t.lead_id, t.owner_id
    from task t join app_user u on u.id = t.owner_id
    where t.state = 0 and t.due_at <= p_now and (select rls_team()) in (t.team_id, 0)
      and (u.disabled_at is not null
           or t.kind = 1 and t.due_at <= p_due
              and not exists (select from app_session s
                              where s.user_id = u.id and s.ended_at is null and s.expires_at > now()
                                and s.idle_until > now() and s.last_seen_at > p_seen)
              and not exists (select from open_call o where o.agent_id = u.id and o.live))
    order by t.due_at, t.id limit p_limit
$$;
revoke execute on function tasks_left(timestamptz, timestamptz, timestamptz, int) from public;
grant execute on function tasks_left(timestamptz, timestamptz, timestamptz, int) to leadtui_app;
