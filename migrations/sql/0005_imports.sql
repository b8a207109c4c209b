-- What an import found beside its rows: numbers that several leads share are told, never rejected.
alter table import_run add column n_shared_phones bigint not null default 0 check (n_shared_phones >= 0);

-- The same rule, cheaper: a bounded repetition in the pattern took a tenth of a big import.
alter table lead_phone
    drop constraint lead_phone_e164_check,
    add constraint lead_phone_e164_check check (length(e164) between 7 and 16 and e164 ~ '^\+[1-9][0-9]+$');

-- That a lead's team exists, asked once a statement: row by row it took a third of writing the leads. Teams are
-- never removed while they have leads.
alter table lead drop constraint lead_team_id_fkey;

create function lead_team_exists() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    asked int;
begin
    for asked in select distinct team_id from fresh loop
        -- the lock keeps the team until this commits, as a foreign key's would
        perform from team where id = asked for key share;
        if not found then
            raise foreign_key_violation using message = 'a lead belongs to a team that does not exist',
                table = 'lead', constraint = 'lead_team_id_fkey';
        end if;
    end loop;
    return null;
end
$$;
create function lead_team_stays() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_table_name = 'lead' then
        raise foreign_key_violation using message = 'a lead stays with its team', table = 'lead',
            constraint = 'lead_team_id_fkey';
    elsif exists (select from lead where team_id = old.id) then
        raise foreign_key_violation using message = 'a team that has leads cannot be removed',
            table = 'lead', constraint = 'lead_team_id_fkey';
    end if;
    return null;
end
$$;
revoke execute on function lead_team_exists(), lead_team_stays() from public;
-- (a team keeps its number: it is generated always)
create trigger lead_team_exists after insert on lead referencing new table as fresh
    for each statement execute function lead_team_exists();
create trigger lead_team_stays after update of team_id on lead
    for each row when (old.team_id is distinct from new.team_id) execute function lead_team_stays();
create trigger team_has_leads after delete on team for each row execute function lead_team_stays();
