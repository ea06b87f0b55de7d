-- What a bidder does with a tender file is on the record under a subject of its own, a copy (一份), which tells nobody
-- who does not see it that it exists, nor how many there are.
CREATE TABLE tender_copy (
  copy_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  project_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  UNIQUE KEY tender_copy_one (account_id, project_id)
);

GRANT SELECT, INSERT, UPDATE ON tender_copy TO bidroom_service;
