-- Faults (故障) of a session: what holds it up, since when, and who decided what when the time was up.
CREATE TABLE fault (
  fault_id      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  side          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  cause         VARCHAR(500) NOT NULL,
  -- Whose seats are lost, all of them; NULL: not a whole venue.
  venue_id      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  started       TINYINT NOT NULL,
  -- What held the session before, and why: so it goes on after the repair.
  hold_before   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason_before VARCHAR(500) NULL,
  opened_by     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  opened_at     DATETIME(6) NOT NULL,
  repaired_at   DATETIME(6) NULL,
  decision      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  reason        VARCHAR(500) NULL,
  decided_by    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  decided_at    DATETIME(6) NULL,
  -- The session goes on, or ended.
  ended_at      DATETIME(6) NULL,
  KEY fault_session (session_id),
  KEY fault_ended (ended_at)
);

GRANT SELECT, INSERT, UPDATE (repaired_at, decision, reason, decided_by, decided_at, ended_at)
  ON fault TO bidroom_service;
