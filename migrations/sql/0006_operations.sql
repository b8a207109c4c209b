-- what M2 adds for: operations
select 1;

-- drafts (DESIGN §4): the key that seals what the session's own user typed on a machine --------------------
create function auth_draft_key() returns bytea language sql stable security definer set search_path = public, pg_temp as $$
    select draft_key from app_user where id = auth_user()
$$;
revoke execute on function auth_draft_key() from public;
grant execute on function auth_draft_key() to leadtui_app;
-- end of drafts ---------------------------------------------------------------------------------------------

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
