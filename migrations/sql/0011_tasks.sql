-- M3, tasks: anyone's, snoozed, released; reminders.
select 1;
