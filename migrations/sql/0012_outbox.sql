-- M3, mail: the outbox, and the job queue of the worker.
select 1;
