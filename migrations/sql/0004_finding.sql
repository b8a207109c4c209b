-- what M2 adds for: finding
select 1;
