-- Experts (评标专家), draws (抽取), evaluation sessions (评标会), sheets (评分表) and reports.

-- Personal fields are wrapped by the field key; the unit's keyed digest serves avoidance (回避).
CREATE TABLE expert (
  expert_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  name_enc     VARBINARY(512) NOT NULL,
  unit_enc     VARBINARY(1024) NOT NULL,
  unit_digest  BINARY(32) NOT NULL,
  specialities TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(specialities)),
  region       CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  active       TINYINT NOT NULL DEFAULT 1,
  created_at   DATETIME(6) NOT NULL
);

CREATE TABLE venue (
  venue_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  name      VARCHAR(200) NOT NULL,
  city      VARCHAR(100) NOT NULL
);

CREATE TABLE eval_session (
  session_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  project_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title        VARCHAR(400) NOT NULL,
  step         VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  panel_size   INT NOT NULL,
  scheduled_at DATETIME(6) NOT NULL,
  -- Who started it; nobody before.
  host         CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  leader_no    INT NULL,
  started_at   DATETIME(6) NULL,
  closed_at    DATETIME(6) NULL,
  created_at   DATETIME(6) NOT NULL,
  version      BIGINT NOT NULL DEFAULT 1,
  KEY eval_session_project (project_id)
);

CREATE TABLE eval_session_lot (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (session_id, lot_id)
);

-- A seat (席位) is a place at a venue for one session, or an observer's place without a venue.
CREATE TABLE seat (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seat_id    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  venue_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  label      VARCHAR(100) NOT NULL,
  account_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  role       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (session_id, seat_id)
);

CREATE TABLE draw (
  draw_id         CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session_id      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  rule            MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  key_enc         VARBINARY(256) NOT NULL,
  key_commitment  BINARY(32) NOT NULL,
  snapshot        LONGTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  snapshot_digest BINARY(32) NOT NULL,
  seed            BINARY(32) NULL,
  result          LONGTEXT CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at      DATETIME(6) NOT NULL,
  drawn_at        DATETIME(6) NULL,
  version         BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE draw_nonce (
  draw_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  party      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  commitment BINARY(32) NOT NULL,
  slots      MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  nonce      BINARY(32) NULL,
  PRIMARY KEY (draw_id, party)
);

CREATE TABLE draw_share (
  draw_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  party      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  holder_no  INT NOT NULL,
  share      VARBINARY(256) NOT NULL,
  PRIMARY KEY (draw_id, party, holder_no)
);

-- A drawn expert of a session. expert_enc hides who it is until the gate.
CREATE TABLE session_member (
  session_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_no   INT NOT NULL,
  entry       BINARY(32) NOT NULL,
  expert_enc  VARBINARY(256) NOT NULL,
  account_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  seat_id     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  state       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  arrived_at  DATETIME(6) NULL,
  promised_at DATETIME(6) NULL,
  PRIMARY KEY (session_id, member_no),
  UNIQUE KEY session_member_account (session_id, account_id)
);

-- A pass from the gate (门禁) to the seat: for a minute, for the first device that shows it.
CREATE TABLE gate_pass (
  pass_hash  BINARY(32) NOT NULL PRIMARY KEY,
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seat_id    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  device_key BINARY(32) NULL,
  used_at    DATETIME(6) NULL
);

-- Whoever voted for a member that recused himself votes again in the same round.
CREATE TABLE leader_vote (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  round_no   INT NOT NULL,
  voter_no   INT NOT NULL,
  choice_no  INT NOT NULL,
  PRIMARY KEY (session_id, round_no, voter_no, choice_no)
);

-- One member's sheet for one lot. Its content is wrapped by a key outside the database; only how
-- many scores it holds is told.
CREATE TABLE sheet (
  session_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id       CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_no    INT NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content_enc  MEDIUMBLOB NOT NULL,
  filled       INT NOT NULL,
  commitment   BINARY(32) NULL,
  submitted_at DATETIME(6) NULL,
  version      BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (session_id, lot_id, member_no)
);

CREATE TABLE report (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  model      LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(model)),
  pdf        LONGBLOB NOT NULL,
  pdf_sha256 BINARY(32) NOT NULL,
  made_at    DATETIME(6) NOT NULL
);

CREATE TABLE report_signature (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_no  INT NOT NULL,
  key_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  signature  VARBINARY(128) NOT NULL,
  opinion    TEXT NULL,
  signed_at  DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, member_no)
);

GRANT SELECT, INSERT, UPDATE ON expert TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON venue TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON eval_session TO bidroom_service;
GRANT SELECT, INSERT ON eval_session_lot TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON seat TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON draw TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON draw_nonce TO bidroom_service;
GRANT SELECT, INSERT ON draw_share TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON session_member TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON gate_pass TO bidroom_service;
GRANT SELECT, INSERT ON leader_vote TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON sheet TO bidroom_service;
GRANT SELECT, INSERT ON report TO bidroom_service;
GRANT SELECT, INSERT ON report_signature TO bidroom_service;
