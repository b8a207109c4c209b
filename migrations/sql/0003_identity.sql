-- Identity, whole: throttled sign-ins, sessions that rotate and say why they ended, listing and ending them.

-- rotation: the new pair is a new row of the same family; the old one lives on for who is still working with it
alter table app_session add column rotated_at timestamptz;
create index app_session_family on app_session (family);

-- sign-in attempts ---------------------------------------------------------------------------------------
-- One row per account, per source and one for all. `score` counts failures and halves with time; `until` is
-- when the next attempt is looked at. Keys are digests: an address that was tried is nobody's to read.
create table auth_throttle (
    scope   text not null check (scope in ('account', 'source', 'all')),
    key     bytea not null check (octet_length(key) = 32),
    score   double precision not null default 0 check (score >= 0),
    at      timestamptz not null,                      -- when `score` was true
    until   timestamptz not null,
    told    boolean not null default false,            -- this wait has been refused (and audited) once
    primary key (scope, key)
) with (fillfactor = 70);
create index auth_throttle_at on auth_throttle (at);
alter table auth_throttle enable row level security;   -- and no policy: for the functions below only

-- What each scope forgives, how long a wait may become, and how fast it forgets. Nothing is ever locked for
-- good: the longest wait is the cap. A floor signs in from one host in one minute, so a source may do much
-- more than an account; everybody together is slowed, never stopped.
create function auth_throttle_rule(p_scope text, out free int, out cap interval, out half_life interval)
language sql immutable as $$
    select r.free, r.cap, r.half_life
    from (values ('account', 5, interval '5 minutes', interval '1 hour'),
                 ('source', 60, interval '2 minutes', interval '5 minutes'),
                 ('all', 600, interval '10 seconds', interval '1 minute')) r (scope, free, cap, half_life)
    where r.scope = p_scope
$$;

create function auth_throttle_score(p_score double precision, p_at timestamptz, p_now timestamptz, p_half interval)
returns double precision language sql immutable as $$
    select p_score * power(0.5, least(60, greatest(0, extract(epoch from p_now - p_at) / extract(epoch from p_half))))
$$;

-- Count one attempt in one scope; gives the seconds to wait, 0 where it may be looked at.
create function auth_throttle_one(p_scope text, p_key bytea, p_now timestamptz, out wait int, out first boolean)
language plpgsql as $$
declare
    rule record;
    t    auth_throttle;
begin
    rule := auth_throttle_rule(p_scope);
    -- parallel attempts queue here: each sees what the one before has counted
    insert into auth_throttle as a (scope, key, at, until) values (p_scope, p_key, p_now, p_now)
        on conflict (scope, key) do update set key = excluded.key
        returning a.* into t;
    first := false;
    if t.until > p_now then
        wait := ceil(extract(epoch from t.until - p_now));
        first := not t.told;
        if first then
            update auth_throttle a set told = true where a.scope = p_scope and a.key = p_key;
        end if;
        return;
    end if;
    wait := 0;
    t.score := auth_throttle_score(t.score, t.at, p_now, rule.half_life) + 1;
    update auth_throttle a set
        score = t.score, at = p_now, told = false,
        until = p_now + case when t.score > rule.free
                             then least(rule.cap, interval '1 second' * power(2, least(20, t.score - rule.free)))
                             else interval '0' end
    where a.scope = p_scope and a.key = p_key;
end
$$;

-- An attempt: counted in every scope before the password is looked at, so that a hundred at once are a
-- hundred. Who may not try yet is counted nowhere: waiting never makes the wait longer.
create function auth_attempt_keys(p_account bytea, p_source bytea, out wait int, out first boolean)
language plpgsql as $$
declare
    v_now timestamptz := clock_timestamp();
    one   record;
begin
    wait := 0;
    first := false;
    -- always in this order, or two attempts could wait for each other
    begin
        one := auth_throttle_one('account', p_account, v_now);
        if one.wait = 0 then
            one := auth_throttle_one('source', p_source, v_now);
        end if;
        if one.wait = 0 then
            one := auth_throttle_one('all', sha256('all'), v_now);
        end if;
        wait := one.wait;
        first := one.first;
        if wait > 0 then
            raise exception 'wait' using errcode = 'LTUI1';
        end if;
    exception when sqlstate 'LTUI1' then
        -- what was counted on the way to the refusal is taken back; that it was told is kept
        if first then
            update auth_throttle a set told = true
            where a.until > v_now and (a.scope, a.key) in
                  (('account', p_account), ('source', p_source), ('all', sha256('all')));
        end if;
    end;
    -- last, and waiting for nobody
    delete from auth_throttle a where (a.scope, a.key) in (
        select o.scope, o.key from auth_throttle o where o.at < v_now - interval '1 day'
        order by o.at limit 20 for update skip locked);
end
$$;

-- The right password: this attempt was none. The account starts anew, the others get their one back.
create function auth_forgive_keys(p_account bytea, p_source bytea) returns void language plpgsql as $$
declare
    v_now timestamptz := clock_timestamp();
    t     auth_throttle;
    rule  record;
begin
    for t in select * from auth_throttle a
             where (a.scope, a.key) in (('account', p_account), ('source', p_source), ('all', sha256('all')))
             order by array_position(array['account', 'source', 'all'], a.scope) for update
    loop
        rule := auth_throttle_rule(t.scope);
        if t.scope = 'account' then
            delete from auth_throttle a where a.scope = t.scope and a.key = t.key;
        else
            t.score := greatest(0, auth_throttle_score(t.score, t.at, v_now, rule.half_life) - 1);
            update auth_throttle a set score = t.score, at = v_now,
                until = case when t.score > rule.free then a.until else v_now end
            where a.scope = t.scope and a.key = t.key;
        end if;
    end loop;
end
$$;

create function auth_account_key(p_email text) returns bytea language sql immutable as $$
    select sha256(convert_to(lower(btrim(p_email)), 'UTF8'))
$$;
-- where from, as the server sees it (not what the client says alone), and whose account on that host
create function auth_source_key(p_os_user text, p_host text) returns bytea language sql stable as $$
    select sha256(convert_to(concat_ws('|', host(inet_client_addr()), p_os_user, p_host), 'UTF8'))
$$;

-- First half of signing in, one statement whoever asks: may this be tried, and what would the password be?
create function auth_attempt(p_email text, p_os_user text, p_host text) returns table (
    wait int, first boolean, user_id int, password_hash text, disabled boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
declare
    tried record;
begin
    tried := auth_attempt_keys(auth_account_key(p_email), auth_source_key(p_os_user, p_host));
    return query
        select tried.wait, tried.first, u.id, case when tried.wait = 0 then u.password_hash end,
               coalesce(u.disabled_at is not null, false)
        from (select 1) one left join app_user u on u.email = lower(btrim(p_email)) and u.role <> 'system';
end
$$;

-- The same for the password that I type again to change it.
create function auth_attempt_own() returns table (wait int, first boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_email text;
    tried   record;
begin
    select email into v_email from app_user where id = auth_user();
    tried := auth_attempt_keys(auth_account_key(v_email), sha256(convert_to('user ' || v_email, 'UTF8')));
    return query select tried.wait, tried.first;
end
$$;

-- sessions -----------------------------------------------------------------------------------------------
-- Second half: open the session and forgive the attempt. The old auth_open stays for the system actor.
create function auth_open_user(
    p_user int, p_token_hash bytea, p_refresh_hash bytea, p_origin text, p_os_user text, p_host text,
    p_idle interval, p_absolute interval
) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_id    bigint;
    v_email text;
begin
    select email into v_email from app_user where id = p_user and disabled_at is null and role <> 'system';
    if v_email is null then
        raise exception 'no such user' using errcode = 'insufficient_privilege';
    end if;
    perform auth_forgive_keys(auth_account_key(v_email), auth_source_key(p_os_user, p_host));
    v_id := auth_open(p_user, p_token_hash, p_origin, p_os_user, p_host, p_idle, p_absolute);
    update app_session set refresh_hash = p_refresh_hash where id = v_id;
    return v_id;
end
$$;

-- Rotation. One of: ok · unknown · ended (why says how) · raced (another process of the same user was faster,
-- just now) · reused (a rotated token came back: somebody has a copy, so the family ends, whoever it is).
-- The token before stays good for p_overlap: an import that runs does not die because another command rotated.
create function auth_refresh(
    p_refresh_hash bytea, p_new_token bytea, p_new_refresh bytea, p_idle interval, p_grace interval, p_overlap interval
) returns table (status text, why text, session_id bigint, user_id int)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    v_now timestamptz := clock_timestamp();
    s     app_session;
    heir  app_session;
    v_off boolean;
begin
    select * into s from app_session where refresh_hash = p_refresh_hash;
    if not found then
        return query select 'unknown', null::text, null::bigint, null::int;
        return;
    end if;
    -- one rotation of a family at a time
    perform pg_advisory_xact_lock(hashtextextended(s.family::text, 3));
    select * into s from app_session where refresh_hash = p_refresh_hash for update;
    select disabled_at is not null into v_off from app_user where id = s.user_id;
    if s.ended_at is not null or v_off or s.expires_at <= v_now
       or (s.rotated_at is null and s.idle_until <= v_now) then
        -- a copy of a rotated token, used after its family was ended for that, is still no way in
        return query select 'ended', case when v_off then 'disabled' when s.ended_at is not null then s.ended_why
                                          when s.expires_at <= v_now then 'expired' else 'idle' end, s.id, s.user_id;
        return;
    end if;
    if s.rotated_at is not null then
        select * into heir from app_session
        where family = s.family and rotated_at is null order by id desc limit 1;
        if heir.created_at >= s.rotated_at and heir.last_seen_at = heir.created_at and heir.ended_at is null
           and not exists (select from app_session m where m.family = s.family and m.id > s.id and m.id < heir.id
                           and m.ended_at is null) then
            -- its answer never arrived, nobody has ever used what it gave: once more
            update app_session set ended_at = v_now, ended_why = 'rotated' where id = heir.id;
        elsif s.rotated_at > v_now - p_grace then
            return query select 'raced', null::text, s.id, s.user_id;
            return;
        else
            update app_session set ended_at = v_now, ended_why = 'reuse' where family = s.family and ended_at is null;
            return query select 'reused', 'reuse', s.id, s.user_id;
            return;
        end if;
    end if;
    update app_session set rotated_at = coalesce(rotated_at, v_now), idle_until = least(expires_at, v_now + p_overlap)
    where id = s.id;
    return query
        insert into app_session (token_hash, user_id, origin, os_user, host, created_at, last_seen_at, idle_until,
                                 expires_at, family, refresh_hash)
        values (p_new_token, s.user_id, s.origin, s.os_user, s.host, v_now, v_now, v_now + p_idle,
                -- what the family got at sign-in, not once more with every rotation
                (select max(m.expires_at) from app_session m where m.family = s.family), s.family, p_new_refresh)
        returning 'ok', null::text, id, user_id;
end
$$;

-- Keeps the session alive; one that has been rotated keeps the little time it was given.
create or replace function auth_touch(p_idle interval) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update app_session set last_seen_at = clock_timestamp(),
        idle_until = case when rotated_at is null then now() + p_idle else idle_until end
    where token_hash = sha256(convert_to(current_setting('leadtui.token', true), 'UTF8'))
      and ended_at is null and expires_at > now() and idle_until > now();
    return found;
end
$$;

-- Signing out ends the whole family.
create or replace function auth_close(p_why text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update app_session set ended_at = clock_timestamp(), ended_why = p_why
    where ended_at is null and family = (
        select m.family from app_session m
        where m.token_hash = sha256(convert_to(current_setting('leadtui.token', true), 'UTF8')));
    return found;
end
$$;

-- Why a token is worth nothing (any more): for the sentence on the sign-in page.
create function auth_why(p_token text) returns text language sql stable security definer set search_path = public, pg_temp as $$
    select case when u.disabled_at is not null then 'disabled'
                when s.ended_at is not null then coalesce(s.ended_why, 'unknown')
                when s.expires_at <= now() then 'expired'
                when s.idle_until <= now() then 'idle'
           end
    from app_session s join app_user u on u.id = s.user_id
    where s.token_hash = sha256(convert_to(p_token, 'UTF8'))
$$;

-- A new password ends what the old one had opened elsewhere.
create or replace function auth_set_password(p_hash text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_user int := auth_user();
begin
    update app_user set password_hash = p_hash, must_change = false, version = version + 1 where id = v_user;
    if not found then
        raise exception 'no session' using errcode = 'insufficient_privilege';
    end if;
    update app_session set ended_at = clock_timestamp(), ended_why = 'password_changed'
    where user_id = v_user and ended_at is null and family <> (
        select m.family from app_session m
        where m.token_hash = sha256(convert_to(current_setting('leadtui.token', true), 'UTF8')));
    perform auth_forgive_keys(auth_account_key(email), sha256(convert_to('user ' || email, 'UTF8')))
    from app_user where id = v_user;
end
$$;

-- My own e-mail and name: a password must not be made of them.
create function auth_profile() returns table (email text, name text)
language sql stable security definer set search_path = public, pg_temp as $$
    select email, name from app_user where id = auth_user()
$$;

-- Sessions that work now, one line a family. The row is the newest of its family.
create function auth_live_sessions(p_user int) returns table (
    session_id bigint, user_id int, origin text, os_user text, host text, opened_at timestamptz,
    last_seen_at timestamptz, idle_until timestamptz, expires_at timestamptz, mine boolean
) language sql stable as $$
    select s.id, s.user_id, s.origin, s.os_user, s.host,
           (select min(m.created_at) from app_session m where m.family = s.family),
           (select max(m.last_seen_at) from app_session m where m.family = s.family),
           s.idle_until, s.expires_at,
           exists (select from app_session m where m.family = s.family and m.token_hash
                   = sha256(convert_to(current_setting('leadtui.token', true), 'UTF8')))
    from app_session s join app_user u on u.id = s.user_id
    where s.ended_at is null and s.rotated_at is null and s.expires_at > now() and s.idle_until > now()
      and u.disabled_at is null and u.role <> 'system' and (p_user is null or s.user_id = p_user)
$$;

create function auth_sessions() returns table (
    session_id bigint, origin text, os_user text, host text, opened_at timestamptz, last_seen_at timestamptz,
    idle_until timestamptz, expires_at timestamptz, mine boolean
) language sql stable security definer set search_path = public, pg_temp as $$
    select l.session_id, l.origin, l.os_user, l.host, l.opened_at, l.last_seen_at, l.idle_until, l.expires_at, l.mine
    from auth_live_sessions(auth_user()) l order by l.mine desc, l.last_seen_at desc, l.session_id desc
$$;

create function users_sessions(p_user int) returns table (
    session_id bigint, email text, name text, role text, origin text, os_user text, host text, opened_at timestamptz,
    last_seen_at timestamptz, idle_until timestamptz, expires_at timestamptz
) language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    perform auth_require('admin', 'system');
    return query
        select l.session_id, u.email, u.name, u.role, l.origin, l.os_user, l.host, l.opened_at, l.last_seen_at,
               l.idle_until, l.expires_at
        from auth_live_sessions(p_user) l join app_user u on u.id = l.user_id
        order by u.email, l.last_seen_at desc, l.session_id desc;
end
$$;

-- End one of my sessions, or all but the one that asks (null). The number of families ended.
create function auth_end(p_session bigint) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_user int := auth_user();
    n      int;
begin
    with gone as (
        update app_session set ended_at = clock_timestamp(), ended_why = 'ended_by_user'
        where user_id = v_user and ended_at is null
          and case when p_session is null
                   then family <> (select m.family from app_session m where m.token_hash
                                   = sha256(convert_to(current_setting('leadtui.token', true), 'UTF8')))
                   else family = (select m.family from app_session m where m.id = p_session and m.user_id = v_user) end
        returning family)
    select count(distinct family) into n from gone;
    return n;
end
$$;

-- End any session, by an admin: whose it was, or no row.
create function users_end_session(p_session bigint) returns table (user_id int)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    perform auth_require('admin', 'system');
    return query
        with gone as (
            update app_session s set ended_at = clock_timestamp(), ended_why = 'ended_by_admin'
            where s.ended_at is null and s.family = (
                select m.family from app_session m join app_user u on u.id = m.user_id
                where m.id = p_session and u.role <> 'system')
            returning s.user_id)
        select distinct gone.user_id from gone;
end
$$;

create function users_end_sessions(p_user int) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    n int;
begin
    perform auth_require('admin', 'system');
    with gone as (
        update app_session set ended_at = clock_timestamp(), ended_why = 'ended_by_admin'
        where user_id = p_user and ended_at is null returning family)
    select count(distinct family) into n from gone;
    return n;
end
$$;

-- what signing in used before
drop function auth_find(text);

revoke execute on function
    auth_throttle_rule(text), auth_throttle_score(double precision, timestamptz, timestamptz, interval),
    auth_throttle_one(text, bytea, timestamptz), auth_attempt_keys(bytea, bytea), auth_forgive_keys(bytea, bytea),
    auth_account_key(text), auth_source_key(text, text), auth_attempt(text, text, text), auth_attempt_own(),
    auth_open_user(int, bytea, bytea, text, text, text, interval, interval),
    auth_refresh(bytea, bytea, bytea, interval, interval, interval), auth_why(text), auth_profile(),
    auth_live_sessions(int), auth_sessions(), users_sessions(int), auth_end(bigint), users_end_session(bigint),
    users_end_sessions(int)
    from public;
grant execute on function
    auth_attempt(text, text, text), auth_attempt_own(),
    auth_open_user(int, bytea, bytea, text, text, text, interval, interval),
    auth_refresh(bytea, bytea, bytea, interval, interval, interval), auth_why(text), auth_profile(),
    auth_sessions(), users_sessions(int), auth_end(bigint), users_end_session(bigint), users_end_sessions(int)
    to leadtui_app;
grant select on auth_throttle to leadtui_backup;
