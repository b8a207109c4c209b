-- what M2 adds for: identity
select 1;
