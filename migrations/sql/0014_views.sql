-- M3, views and tags.
select 1;
