-- The keeping of a session's recording: which class of retention it is of and from when that counts,
-- and how far its expiry is. A session without a row is kept.
CREATE TABLE archive_record (
  session_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  class        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  counts_from  DATETIME(6) NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  proposal_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  proposed_by  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  proposed_at  DATETIME(6) NULL,
  reason       TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  confirmed_by CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  expired_at   DATETIME(6) NULL,
  destroyer    VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  KEY archive_record_state (state)
);

-- Legal holds: while one is not lifted the recording does not expire.
CREATE TABLE archive_hold (
  hold_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason      TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  set_by      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  set_at      DATETIME(6) NOT NULL,
  lift_reason TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  lifted_by   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  lifted_at   DATETIME(6) NULL,
  KEY archive_hold_session (session_id)
);

GRANT SELECT, INSERT, UPDATE ON archive_record TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON archive_hold TO bidroom_service;
