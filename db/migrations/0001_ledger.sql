-- Events and their place in the ledger. The service account may insert and read events, nothing
-- more: what is written stays. Ids are 26 characters (server/core/id), times UTC.

CREATE TABLE event (
  event_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  kind       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_no BIGINT NOT NULL,
  legal_at   DATETIME(6) NOT NULL,
  real_at    DATETIME(6) NOT NULL,
  body       MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  salt       BINARY(16) NOT NULL,
  is_public  TINYINT NOT NULL,
  UNIQUE KEY event_subject_no (subject, subject_no)
);

-- The last number given within a subject: the guard row every event of the subject writes.
CREATE TABLE event_subject (
  subject    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  last_no    BIGINT NOT NULL
);

-- Events that have no place in the tree yet; the keeper empties it.
CREATE TABLE event_pending (
  event_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
);

CREATE TABLE ledger_place (
  ledger_seq BIGINT NOT NULL PRIMARY KEY,
  event_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  leaf_hash  BINARY(32) NOT NULL
);

CREATE TABLE ledger_checkpoint (
  tree_size  BIGINT NOT NULL PRIMARY KEY,
  root       BINARY(32) NOT NULL,
  note       TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  signed_at  DATETIME(6) NOT NULL
);

-- One holder at a time of a duty in the cluster; the row is written by every step taken under it.
CREATE TABLE lease (
  name       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  owner      VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  epoch      BIGINT NOT NULL DEFAULT 0,
  expires_at DATETIME(6) NOT NULL
);

INSERT INTO lease (name, owner, epoch, expires_at) VALUES ('keeper', NULL, 0, '1970-01-01');

-- Legal time = real time + offset; an offset other than zero exists only in a demo database.
CREATE TABLE legal_clock (
  clock_id   TINYINT NOT NULL PRIMARY KEY CHECK (clock_id = 1),
  is_demo    TINYINT NOT NULL,
  offset_us  BIGINT NOT NULL,
  CHECK (is_demo = 1 OR offset_us = 0)
);

INSERT INTO legal_clock (clock_id, is_demo, offset_us) VALUES (1, 0, 0);

-- The answer an act gave, so that the same request sent again gets the same answer.
CREATE TABLE idempotency (
  actor          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idem_key       VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  act            VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_sha256 BINARY(32) NOT NULL,
  answer         MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  created_at     DATETIME(6) NOT NULL,
  PRIMARY KEY (actor, idem_key)
);

GRANT SELECT, INSERT ON event TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON event_subject TO bidroom_service;
GRANT SELECT, INSERT, DELETE ON event_pending TO bidroom_service;
GRANT SELECT, INSERT ON ledger_place TO bidroom_service;
GRANT SELECT, INSERT ON ledger_checkpoint TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON lease TO bidroom_service;
GRANT SELECT, UPDATE (offset_us) ON legal_clock TO bidroom_service;
GRANT SELECT, INSERT, DELETE ON idempotency TO bidroom_service;
