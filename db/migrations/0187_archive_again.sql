-- A session that is evaluated again is put into a class of retention again: what it counted from is no more.
GRANT DELETE ON archive_record TO bidroom_service;
