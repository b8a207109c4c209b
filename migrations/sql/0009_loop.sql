-- M3, the call loop: undo, corrections, macros, pauses, handing over.
select 1;
