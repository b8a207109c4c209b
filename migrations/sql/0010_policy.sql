-- M3, rules of the business: consent as evidence, do-not-call lists, holidays, overrides.
select 1;
