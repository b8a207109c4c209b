-- Identity: the app knows an opaque token; the database resolves it. Users and sessions are reached only
-- through these SECURITY DEFINER functions, or nobody could sign in. All run as the owner.

-- What row-level security compares with: the team of the token's session; 0 sees all (admin, system);
-- null without a valid session, so nothing matches. One scalar, so one InitPlan a statement.
create function rls_team() returns int language sql stable security definer set search_path = public, pg_temp as $$
    select case when u.role in ('admin', 'system') then 0 else u.team_id end
    from app_session s join app_user u on u.id = s.user_id
    where s.token_hash = sha256(convert_to(current_setting('leadtui.token', true), 'UTF8'))
      and s.ended_at is null and s.expires_at > now() and s.idle_until > now() and u.disabled_at is null
$$;

-- The one helper that sets the token. Returns the actor, or no row. First statement of every transaction.
create function auth_enter(p_token text, p_now timestamptz default null) returns table (
    user_id int, session_id bigint, team_id int, team_code text, role text, name text, locale text, zone text,
    team_zone text, currency text, must_change boolean, os_user text, at timestamptz
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform set_config('leadtui.token', p_token, true),
            set_config('leadtui.now', coalesce(p_now::text, ''), true);
    return query
        select u.id, s.id, u.team_id, t.code, u.role, u.name, u.locale, u.zone, t.zone, t.currency,
               u.must_change, s.os_user, coalesce(p_now, now())
        from app_session s
        join app_user u on u.id = s.user_id
        join team t on t.id = u.team_id
        where s.token_hash = sha256(convert_to(p_token, 'UTF8'))
          and s.ended_at is null and s.expires_at > now() and s.idle_until > now() and u.disabled_at is null;
end
$$;

create function auth_role() returns text language sql stable security definer set search_path = public, pg_temp as $$
    select u.role
    from app_session s join app_user u on u.id = s.user_id
    where s.token_hash = sha256(convert_to(current_setting('leadtui.token', true), 'UTF8'))
      and s.ended_at is null and s.expires_at > now() and s.idle_until > now() and u.disabled_at is null
$$;

create function auth_user() returns int language sql stable security definer set search_path = public, pg_temp as $$
    select s.user_id
    from app_session s join app_user u on u.id = s.user_id
    where s.token_hash = sha256(convert_to(current_setting('leadtui.token', true), 'UTF8'))
      and s.ended_at is null and s.expires_at > now() and s.idle_until > now() and u.disabled_at is null
$$;

create function auth_require(variadic roles text[]) returns void language plpgsql as $$
begin
    if not coalesce(auth_role() = any (roles), false) then
        raise exception 'not allowed' using errcode = 'insufficient_privilege';
    end if;
end
$$;

-- signing in
create function auth_find(p_email text) returns table (
    user_id int, team_id int, password_hash text, must_change boolean, disabled boolean
) language sql stable security definer set search_path = public, pg_temp as $$
    select id, u.team_id, u.password_hash, u.must_change, disabled_at is not null
    from app_user u where email = lower(btrim(p_email)) and role <> 'system'
$$;

create function auth_open(
    p_user int, p_token_hash bytea, p_origin text, p_os_user text, p_host text, p_idle interval, p_absolute interval
) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_role text;
    v_id   bigint;
begin
    select role into v_role from app_user where id = p_user and disabled_at is null;
    if v_role is null then
        raise exception 'no such user' using errcode = 'insufficient_privilege';
    end if;
    -- the system actor is only for who owns the database (session_user, not the definer)
    if v_role = 'system' and not pg_has_role(session_user, 'leadtui_owner', 'member') then
        raise exception 'system sessions are for the owner' using errcode = 'insufficient_privilege';
    end if;
    insert into app_session (token_hash, user_id, origin, os_user, host, idle_until, expires_at)
    values (p_token_hash, p_user, p_origin, p_os_user, p_host, now() + p_idle, now() + p_absolute)
    returning id into v_id;
    return v_id;
end
$$;

create function auth_system_user() returns int language sql stable security definer set search_path = public, pg_temp as $$
    select id from app_user where role = 'system'
$$;

-- keeps the session alive; true while it is valid
create function auth_touch(p_idle interval) returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update app_session set last_seen_at = now(), idle_until = now() + p_idle
    where token_hash = sha256(convert_to(current_setting('leadtui.token', true), 'UTF8'))
      and ended_at is null and expires_at > now() and idle_until > now();
    return found;
end
$$;

create function auth_close(p_why text) returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update app_session set ended_at = now(), ended_why = p_why
    where token_hash = sha256(convert_to(current_setting('leadtui.token', true), 'UTF8')) and ended_at is null;
    return found;
end
$$;

create function auth_password_hash() returns text language sql stable security definer set search_path = public, pg_temp as $$
    select password_hash from app_user where id = auth_user()
$$;

create function auth_set_password(p_hash text) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update app_user set password_hash = p_hash, must_change = false, version = version + 1 where id = auth_user();
    if not found then
        raise exception 'no session' using errcode = 'insufficient_privilege';
    end if;
end
$$;

create function auth_prefs() returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
    select prefs from app_user where id = auth_user()
$$;

create function auth_set_prefs(p_prefs jsonb) returns void language sql security definer set search_path = public, pg_temp as $$
    update app_user set prefs = p_prefs where id = auth_user()
$$;

-- names of colleagues: my team, or everybody for admin and system
create function people() returns table (user_id int, team_id int, name text, role text, disabled boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select id, u.team_id, u.name, u.role, disabled_at is not null from app_user u
    where (select rls_team()) in (u.team_id, 0)
$$;

-- Rare words of a search. The operator of a text search is not leakproof, so under row-level security the
-- index would never be used; this gives ids of the session's own scope only.
create function leads_by_word(p_query text) returns setof bigint
language sql stable security definer rows 500 set search_path = public, pg_temp as $$
    select id from lead
    where to_tsvector('simple', name_fold) @@ to_tsquery('simple', p_query)
      and (select rls_team()) in (team_id, 0)
$$;

-- managing users: admin and system
create function users_list() returns table (
    user_id int, team_code text, email text, name text, role text, must_change boolean, disabled_at timestamptz,
    created_at timestamptz, last_seen_at timestamptz, version int
) language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform auth_require('admin', 'system');
    return query
        select u.id, t.code, u.email, u.name, u.role, u.must_change, u.disabled_at, u.created_at,
               (select max(s.last_seen_at) from app_session s where s.user_id = u.id), u.version
        from app_user u join team t on t.id = u.team_id where u.role <> 'system' order by u.id;
end
$$;

create function users_add(p_email text, p_name text, p_role text, p_team int, p_hash text, p_must_change boolean)
returns int language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_id int;
begin
    perform auth_require('admin', 'system');
    if p_role = 'system' then
        raise exception 'there is one system user' using errcode = 'check_violation';
    end if;
    insert into app_user (team_id, email, name, role, password_hash, must_change, zone)
    select p_team, lower(btrim(p_email)), btrim(p_name), p_role, p_hash, p_must_change, t.zone from team t where t.id = p_team
    returning id into v_id;
    return v_id;
end
$$;

create function users_find(p_email text) returns table (user_id int, role text, disabled boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform auth_require('admin', 'system');
    return query select id, u.role, disabled_at is not null from app_user u
                 where email = lower(btrim(p_email)) and u.role <> 'system';
end
$$;

-- disables and ends every session; refuses the last admin
create function users_disable(p_user int) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform auth_require('admin', 'system');
    perform pg_advisory_xact_lock(hashtext('leadtui.users'));
    if exists (select from app_user where id = p_user and role = 'admin')
       and not exists (select from app_user where id <> p_user and role = 'admin' and disabled_at is null) then
        raise exception 'last admin' using errcode = 'restrict_violation';
    end if;
    update app_user set disabled_at = coalesce(disabled_at, now()), version = version + 1 where id = p_user and role <> 'system';
    update app_session set ended_at = now(), ended_why = 'disabled' where user_id = p_user and ended_at is null;
end
$$;

create function users_reset_password(p_user int, p_hash text) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform auth_require('admin', 'system');
    update app_user set password_hash = p_hash, must_change = true, version = version + 1 where id = p_user and role <> 'system';
    update app_session set ended_at = now(), ended_why = 'password_reset' where user_id = p_user and ended_at is null;
end
$$;
