-- Objections (异议) to published candidates and challenges (质疑) of published results. Who objects and what was said are
-- kept under the field key; times are plain, for they are what clocks run from.
CREATE TABLE objection (
  objection_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  project_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  notice_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The bidder who raised it here; NULL: it came in writing and was recorded.
  account_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  told         MEDIUMBLOB NOT NULL,
  received_at  DATETIME(6) NOT NULL,
  recorded_by  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  recorded_at  DATETIME(6) NOT NULL,
  outcome      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  answered_at  DATETIME(6) NULL,
  KEY objection_project (project_id, answered_at),
  KEY objection_open (answered_at, objection_id)
);

GRANT SELECT, INSERT, UPDATE ON objection TO bidroom_service;
