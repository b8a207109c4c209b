-- What M2 adds for finding: filters that the queue's index answers alone, orders beside the score, searches
-- by the end of a number and by e-mail, and calls that came in.

-- hundredths, in the lead's own currency (a copy of lead.balance, as age and job are copies)
alter table lead_queue add column balance bigint;

-- A lead that has a province and no city belongs to the province's row without a name, so that city_id says
-- where anybody lives.
insert into city (fold, name, province, zone)
select distinct on (province) '', '', province, zone from lead
where city is null and province is not null order by province, zone on conflict do nothing;
update lead_queue q
set balance = (l.balance * 100)::bigint, city_id = coalesce(q.city_id, c.id)
from lead l left join city c on c.fold = '' and c.province = l.province and l.city is null
where l.id = q.lead_id and (l.balance is not null or c.id is not null);

drop index lead_queue_list;
create index lead_queue_list on lead_queue (team_id, rank_key desc, lead_id)
    include (owner_id, callback_at, state, zone, age, job, city_id, marital, education, attempts, last_contact_at,
             balance, name_fold) where ready;

-- orders: the name lives in the cold table (a rescore leaves its index alone), times are few
create index lead_by_name on lead (team_id, (name_fold = ''), name_fold collate "C", id);
create index lead_queue_contacted on lead_queue (team_id, last_contact_at, lead_id) include (attempts)
    where last_contact_at is not null;
create index lead_queue_promised on lead_queue (team_id, callback_at, lead_id) where callback_at is not null;

-- filters that few leads pass: found from here, then ordered (not by balance: comparing numerics is no leakproof
-- operator, so row-level security would read such an index from end to end)
create index lead_queue_city on lead_queue (team_id, city_id, lead_id) where city_id is not null;
create index lead_age on lead (team_id, age, job, id);

-- Searches. Under row-level security an index is used only by leakproof operators, so these run as the owner
-- and say the policy's predicate themselves.
create function leads_by_digits(p_starts text[], p_ends text[]) returns setof bigint
language sql stable security definer rows 500 set search_path = public, pg_temp as $$
    select p.lead_id from unnest(p_starts) s cross join lateral (
        select lead_id from lead_phone n
        where n.digits ~>=~ s and n.digits ~<~ (s || ':') and (select rls_team()) in (n.team_id, 0)) p
    union
    select p.lead_id from unnest(p_ends) s cross join lateral (
        select lead_id from lead_phone n
        where reverse(n.digits) ~>=~ reverse(s) and reverse(n.digits) ~<~ (reverse(s) || ':')
          and (select rls_team()) in (n.team_id, 0)) p
$$;

create function leads_by_email(p_start text, p_after text) returns setof bigint
language sql stable security definer rows 50 set search_path = public, pg_temp as $$
    select id from lead
    where email is not null and lower(email) ~>=~ p_start and lower(email) ~<~ p_after
      and (select rls_team()) in (team_id, 0)
$$;

revoke execute on function leads_by_digits(text[], text[]), leads_by_email(text, text) from public;
grant execute on function leads_by_digits(text[], text[]), leads_by_email(text, text) to leadtui_app;

-- a customer who calls in may do so from a number that nobody knows
alter table open_call alter column phone drop not null;
alter table call_log alter column phone drop not null;
