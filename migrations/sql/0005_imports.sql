-- What an import found beside its rows: numbers that several leads share are told, never rejected.
alter table import_run add column n_shared_phones bigint not null default 0 check (n_shared_phones >= 0);
