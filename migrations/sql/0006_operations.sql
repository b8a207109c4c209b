-- what M2 adds for: operations
select 1;
