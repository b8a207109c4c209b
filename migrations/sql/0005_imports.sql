-- what M2 adds for: imports
select 1;
