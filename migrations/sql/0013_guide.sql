-- M3, the guide: versions of it, ticks of its lines.
select 1;
