-- A big import into a (nearly) empty house: load first, index once. Measured on 1 M rows: 11 to 14 x a raw COPY
-- this way, 22 x row by row into every index.
--
-- The app has no DDL of its own, so these run as the owner, and only when nobody is harmed: the tables hold
-- at most a tenth of what comes, nobody else is signed in, and the locks are free at once. Everything
-- happens in the import's transaction: when it fails, the indexes were never away.

create table bulk_load_object (                        -- what import_bulk_begin took away in this transaction
    rank int primary key,
    ddl  text not null
);

create function import_bulk_begin(p_rows bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    existing bigint;
    item     record;
    n        int := 0;
begin
    perform auth_require('admin', 'system');
    -- whoever is signed in would wait for the locks until the import ends
    if exists (select from open_call where live)
       or exists (select from app_session s join app_user u on u.id = s.user_id
                  where s.ended_at is null and s.idle_until > now() and s.expires_at > now()
                    and u.role <> 'system' and u.id <> auth_user()) then
        return false;
    end if;
    select count(*) into existing from (select from lead limit p_rows / 10 + 1) l;
    if existing > p_rows / 10 then
        return false;
    end if;
    begin
        lock table lead, lead_phone, lead_queue in access exclusive mode nowait;
    exception when lock_not_available then
        return false;
    end;
    delete from bulk_load_object;
    for item in
        select format('alter table %s drop constraint %I', conrelid::regclass, conname) as away,
               format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as back,
               1 as turn
        from pg_constraint
        where contype = 'f' and conrelid in ('lead'::regclass, 'lead_phone'::regclass, 'lead_queue'::regclass)
          -- dropping a key locks what it points to: not team and app_user, which every sign-in reads
          and confrelid in ('lead'::regclass, 'import_run'::regclass)
        union all
        select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid), 0
        from pg_index i
        where indrelid in ('lead'::regclass, 'lead_phone'::regclass, 'lead_queue'::regclass)
          and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
        order by turn
    loop
        execute item.away;
        insert into bulk_load_object values (n, item.back);
        n := n + 1;
    end loop;
    return true;
end
$$;

-- puts the next object back; gives how many are left
create function import_bulk_step() returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    item record;
    left_over int;
begin
    perform auth_require('admin', 'system');
    perform set_config('maintenance_work_mem', '256MB', true);
    select rank, ddl into item from bulk_load_object order by rank limit 1;
    if item.rank is not null then
        execute item.ddl;
        delete from bulk_load_object where rank = item.rank;
    end if;
    select count(*) into left_over from bulk_load_object;
    return left_over;
end
$$;

revoke execute on function import_bulk_begin(bigint), import_bulk_step() from public;
grant execute on function import_bulk_begin(bigint), import_bulk_step() to leadtui_app;
grant usage on sequence lead_id_seq to leadtui_app;    -- the import knows its leads' ids before it writes them
grant select on bulk_load_object to leadtui_backup;

-- "has any lead been edited since the import?" without reading a million rows; empty after a first import
create index lead_edited on lead (team_id, updated_at) where version > 1;
