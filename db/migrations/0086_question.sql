-- A question of the committee to a bidder (澄清): reviewed by the supervisor, answered with a clock, settled.
CREATE TABLE question (
  question_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id       CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bid_id       CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The bidder who is asked.
  account_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_no    INT NOT NULL,
  text         TEXT NOT NULL,
  asked_at     DATETIME(6) NOT NULL,
  passed       TINYINT NULL,
  note         VARCHAR(500) NULL,
  reviewed_by  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  reviewed_at  DATETIME(6) NULL,
  deadline     DATETIME(6) NULL,
  answer       TEXT NULL,
  key_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  signature    VARBINARY(128) NULL,
  answered_at  DATETIME(6) NULL,
  outcome      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  outcome_note VARCHAR(500) NULL,
  settled_at   DATETIME(6) NULL,
  KEY question_session (session_id),
  KEY question_account (account_id)
);

GRANT SELECT, INSERT, UPDATE (passed, note, reviewed_by, reviewed_at, deadline, answer, key_id, signature,
  answered_at, outcome, outcome_note, settled_at) ON question TO bidroom_service;
