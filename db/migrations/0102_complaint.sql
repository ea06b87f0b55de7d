-- Complaints (投诉) to the regulator, as a supervisor records them. Who complains, of whom and why is kept under the
-- field key, with what was said at each step; times and states are plain, for they are what clocks run from.
CREATE TABLE complaint (
  complaint_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  project_id      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  matter          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  told            MEDIUMBLOB NOT NULL,
  known_at        DATETIME(6) NOT NULL,
  objected_at     DATETIME(6) NULL,
  answered_at     DATETIME(6) NULL,
  received_at     DATETIME(6) NOT NULL,
  accepted_at     DATETIME(6) NULL,
  suspended_at    DATETIME(6) NULL,
  suspended_until DATETIME(6) NULL,
  outcome         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ended_at        DATETIME(6) NULL,
  recorded_by     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  recorded_at     DATETIME(6) NOT NULL,
  version         BIGINT NOT NULL DEFAULT 1,
  KEY complaint_project (project_id),
  KEY complaint_state (state)
);

GRANT SELECT, INSERT, UPDATE ON complaint TO bidroom_service;
