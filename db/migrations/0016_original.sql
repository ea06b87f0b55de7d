-- Openings of what a masked seat hides (调取原始录像): one role asks, another agrees, for a time.
CREATE TABLE original_opening (
  opening_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seat_id    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  asked_by   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  asked_at   DATETIME(6) NOT NULL,
  minutes    INT NOT NULL,
  reason     TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  decided_by CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  decided_at DATETIME(6) NULL,
  ends_at    DATETIME(6) NULL,
  KEY original_opening_session (session_id, seat_id)
);

GRANT SELECT, INSERT, UPDATE ON original_opening TO bidroom_service;
