-- A big import into a (nearly) empty house, cheaper. Who may, and when, is as 0002 says.
--
-- Away besides: the keys that nothing points to (a sorted build beats a million insertions). Not away any more:
-- indexes that no new row enters, which were built by reading everything to find nothing.

-- no statement looks for the leads of an import
drop index lead_import;

create or replace function import_bulk_begin(p_rows bigint) returns boolean
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
               2 as turn
        from pg_constraint
        where contype = 'f' and conrelid in ('lead'::regclass, 'lead_phone'::regclass, 'lead_queue'::regclass)
          -- dropping a key locks what it points to: not team and app_user, which every sign-in reads
          and confrelid in ('lead'::regclass, 'import_run'::regclass)
        union all
        select format('alter table %s drop constraint %I', conrelid::regclass, conname),
               format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)), 0
        from pg_constraint k
        where contype in ('p', 'u') and conrelid in ('lead'::regclass, 'lead_phone'::regclass, 'lead_queue'::regclass)
          and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = k.conindid)
        union all
        select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid), 1
        from pg_index i join pg_class c on c.oid = i.indexrelid
        where indrelid in ('lead'::regclass, 'lead_phone'::regclass, 'lead_queue'::regclass)
          and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
          -- new leads are nobody's, were never called and have no promise
          and c.relname not in ('lead_edited', 'lead_queue_mine', 'lead_queue_due', 'lead_queue_callback',
                                'lead_queue_contacted', 'lead_queue_promised')
        order by turn
    loop
        execute item.away;
        insert into bulk_load_object values (n, item.back);
        n := n + 1;
    end loop;
    return true;
end
$$;

-- the way back for users_disable: the sessions that ended stay ended
create or replace function users_enable(p_user int) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform auth_require('admin', 'system');
    update app_user set disabled_at = null, version = version + 1
    where id = p_user and role <> 'system' and disabled_at is not null;
end
$$;
revoke execute on function users_enable(int) from public;
grant execute on function users_enable(int) to leadtui_app;
