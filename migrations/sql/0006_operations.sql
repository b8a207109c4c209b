-- what M2 adds for: operations
select 1;

-- drafts (DESIGN §4): the key that seals what the session's own user typed on a machine --------------------
create function auth_draft_key() returns bytea language sql stable security definer set search_path = public, pg_temp as $$
    select draft_key from app_user where id = auth_user()
$$;
revoke execute on function auth_draft_key() from public;
grant execute on function auth_draft_key() to leadtui_app;
-- end of drafts ---------------------------------------------------------------------------------------------
