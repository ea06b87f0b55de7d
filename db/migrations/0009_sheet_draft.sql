-- Every version of a score sheet (评分表) as it was saved, so that a replay can show the table as it
-- stood at any moment. Wrapped like the sheet; the event names its salted digest.
CREATE TABLE sheet_draft (
  session_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id       CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_no    INT NOT NULL,
  version      BIGINT NOT NULL,
  submitted    TINYINT NOT NULL,
  content_enc  MEDIUMBLOB NOT NULL,
  saved_at     DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, lot_id, member_no, version)
);

GRANT SELECT, INSERT ON sheet_draft TO bidroom_service;
