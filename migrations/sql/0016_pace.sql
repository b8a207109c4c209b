-- What a full floor asks of the server itself (bench-agents, 200 agents): fewer plans made anew.

-- 1. An automatic VACUUM or ANALYZE of a table makes every connection of the house plan anew whatever reads it. The
-- server's own thresholds (50 rows and a fifth) have the small tables of a busy floor done every minute: 200 agents
-- planned all their statements once a minute. These tables are read by key; counts of them decide no plan.
do $$
declare
    hot text;
begin
    foreach hot in array array['open_call', 'call_undo', 'agent_day', 'task', 'receipt', 'give_back', 'pause', 'news',
                               'news_told', 'app_session', 'app_user', 'auth_throttle', 'dnc_number', 'prediction']
    loop
        execute format('alter table %I set (autovacuum_vacuum_threshold = 20000, '
                       'autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 20000)', hot);
    end loop;
end
$$;

-- 2. Every plan that looks through the history opens every month of it, those to come too. Two years ahead were 24
-- empty tables; half a year is made anew with each upgrade and each night of the worker. What was written into the
-- default partition meanwhile (nobody upgraded, no worker ran) is moved to its month.
drop function ensure_partitions(int);
create function ensure_partitions(months_ahead int default 6) returns int language plpgsql as $$
declare
    made int := 0;
    m    date := date_trunc('month', now() - interval '2 months')::date;
    y    int;
    name text;
    calm constant text := '(autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = 100000, '
                          'autovacuum_analyze_threshold = 20000)';
begin
    if to_regclass('call_log_default') is null then
        execute 'create table call_log_default partition of call_log default with ' || calm;
        execute 'create table audit_default partition of audit default with ' || calm;
    end if;
    select least(m, coalesce(min(date_trunc('month', at at time zone 'UTC'))::date, m)) into m from call_log_default;
    while m <= (date_trunc('month', now()) + make_interval(months => months_ahead))::date loop
        name := 'call_log_' || to_char(m, 'YYYYMM');
        if to_regclass(name) is null then
            execute format('create table %I (like call_log including defaults including constraints including '
                           'storage) with %s', name, calm);
            execute format('with gone as (delete from call_log_default where at >= %L and at < %L returning *) '
                           'insert into %I select * from gone', m, (m + interval '1 month')::date, name);
            execute format('alter table call_log attach partition %I for values from (%L) to (%L)',
                           name, m, (m + interval '1 month')::date);
            made := made + 1;
        end if;
        m := (m + interval '1 month')::date;
    end loop;
    for y in extract(year from now())::int
        .. extract(year from now() + make_interval(months => greatest(months_ahead, 24)))::int loop
        if to_regclass(format('audit_%s', y)) is null then
            execute format('create table audit_%s partition of audit for values from (%L) to (%L) with %s',
                           y, make_date(y, 1, 1), make_date(y + 1, 1, 1), calm);
            made := made + 1;
        end if;
    end loop;
    return made;
end
$$;

do $$
declare
    part regclass;
    held boolean;
begin
    for part in select inhrelid::regclass from pg_inherits
                where inhparent in ('call_log'::regclass, 'audit'::regclass) order by 1 loop
        if part::text ~ '^call_log_\d{6}$'
           and to_date(right(part::text, 6), 'YYYYMM') > date_trunc('month', now()) + interval '6 months' then
            execute format('select exists (select from %s)', part) into held;
            if not held then
                execute format('drop table %s', part);
                continue;
            end if;
        end if;
        execute format('alter table %s set (autovacuum_vacuum_threshold = 20000, '
                       'autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 20000)', part);
    end loop;
end
$$;

-- 3. News that wait for the end of a pause are told by one process, who said so (`armed_until`), instead of by every
-- writer of the pause with a transaction of their own.
alter table news_told add armed_until timestamptz not null default '-infinity';

create or replace function news_tell() returns int language plpgsql security definer
set search_path = public, pg_temp as $$
declare
    told    news_told;
    left_ms int;
    batch   text;
begin
    select * into told from news_told;
    if not found then  -- emptied by a crash, as unlogged tables are
        insert into news_told default values on conflict do nothing;
        select * into told from news_told;
    end if;
    -- Somebody will tell, and nobody is telling now: what waits here is seen by them. (Who tells holds the lock
    -- until their deleting is committed; one that began before our commit may not have seen us.)
    if told.armed_until > clock_timestamp() and told.at + told.pause_ms * interval '1 ms' > clock_timestamp()
       and pg_try_advisory_xact_lock_shared(hashtext('leadtui.news')) then
        select * into told from news_told;
        if told.armed_until > clock_timestamp() then
            return null;
        end if;
    end if;
    if not pg_try_advisory_xact_lock(hashtext('leadtui.news')) then
        return 20;  -- somebody is telling; whether they saw what waits here shows then
    end if;
    -- now that nobody else can move it
    select * into told from news_told;
    if not exists (select from news) then
        return null;
    end if;
    left_ms := case when told.at = '-infinity' then 0
                    else ceil(told.pause_ms - 1000 * extract(epoch from clock_timestamp() - told.at)) end;
    left_ms := least(left_ms, told.pause_ms);
    if left_ms > 0 then
        update news_told set armed_until = clock_timestamp() + (left_ms + 500) * interval '1 ms';
        return left_ms + 1;
    end if;
    for batch in
        with gone as (delete from news returning id, payload)
        select string_agg(payload, ' ' order by id)
        from (select id, payload, (row_number() over (order by id) - 1) / 150 as part from gone) parts
        group by part order by part
    loop
        perform pg_notify('leadtui', batch);
    end loop;
    if told.counted_at < clock_timestamp() - interval '15 seconds' then
        -- a millisecond a listener: the time that waking them all takes
        select least(count(*), 200), clock_timestamp() into told.pause_ms, told.counted_at
        from pg_stat_activity where datname = current_database() and application_name = 'leadtui-live';
    end if;
    update news_told set at = clock_timestamp(), pause_ms = told.pause_ms, counted_at = told.counted_at,
                         armed_until = '-infinity';
    return null;
exception when others then
    -- what was written is committed: that it could not be told now must not look like a failure of it
    return 1000;
end
$$;
