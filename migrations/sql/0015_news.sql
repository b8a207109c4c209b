-- M3, news. A NOTIFY wakes every listening program of the database: with 200 agents a commit would cost 200 wakes,
-- and a hundred commits a second come. So a write puts what it changed into a table, and whoever commits tells
-- all that waits in one notification: at once on a quiet floor, and at most every few milliseconds per listener
-- on a busy one. Kinds, ids and versions only; nothing of it must survive a crash (programs resync then).
create unlogged table news (
    id      bigint generated always as identity primary key,
    payload text not null check (length(payload) between 1 and 48)
);
create unlogged table news_told (
    one        boolean primary key default true check (one),
    at         timestamptz not null default '-infinity',
    pause_ms   int not null default 0,
    counted_at timestamptz not null default '-infinity'
);
insert into news_told default values;

-- Tells what waits, unless the last telling was less than the pause ago. Gives null when nothing waits any more,
-- else after how many milliseconds to ask again.
create function news_tell() returns int language plpgsql security definer set search_path = public, pg_temp as $$
declare
    told    news_told;
    left_ms int;
    batch   text;
begin
    for attempt in 1 .. 2 loop
        select * into told from news_told;
        if not found then  -- emptied by a crash, as unlogged tables are
            insert into news_told default values on conflict do nothing;
            select * into told from news_told;
        end if;
        left_ms := case when told.at = '-infinity' then 0
                        else ceil(told.pause_ms - 1000 * extract(epoch from clock_timestamp() - told.at)) end;
        if left_ms > 0 then
            return case when exists (select from news) then least(left_ms, told.pause_ms) end;
        end if;
        -- the second time round the clock is looked at again, now that nobody else can move it
        exit when attempt = 2;
        if not pg_try_advisory_xact_lock(hashtext('leadtui.news')) then
            return 20;  -- somebody is telling; whether they saw what waits here shows then
        end if;
    end loop;
    if not exists (select from news) then
        return null;
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
    update news_told set at = clock_timestamp(), pause_ms = told.pause_ms, counted_at = told.counted_at;
    return null;
exception when others then
    -- what was written is committed: that it could not be told now must not look like a failure of it
    return 1000;
end
$$;

revoke execute on function news_tell() from public;
grant execute on function news_tell() to leadtui_app;
grant insert on news to leadtui_app;
grant select on news, news_told to leadtui_backup;
