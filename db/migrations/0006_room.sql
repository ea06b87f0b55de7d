-- What outlives a live room: who owns it, who may sit down, which tracks were recorded.

-- The process that holds a session's room. Every durable room message writes this row.
CREATE TABLE room_lease (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  owner      VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  url        VARCHAR(400) CHARACTER SET ascii COLLATE ascii_bin NULL,
  epoch      BIGINT NOT NULL DEFAULT 0,
  opened_at  DATETIME(6) NULL,
  expires_at DATETIME(6) NOT NULL
);

-- A ticket: one seat, one device, one minute; the same device may present it again.
CREATE TABLE seat_ticket (
  ticket_hash BINARY(32) NOT NULL PRIMARY KEY,
  session_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seat_id     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  device_key  BINARY(32) NOT NULL,
  expires_at  DATETIME(6) NOT NULL,
  used_at     DATETIME(6) NULL
);

-- The device sitting on a seat; the resume token (hashed) survives a crash of the server.
CREATE TABLE seat_device (
  session_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seat_id     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  epoch       BIGINT NOT NULL,
  device_key  BINARY(32) NOT NULL,
  resume_hash BINARY(32) NOT NULL UNIQUE,
  muted       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  seated_at   DATETIME(6) NOT NULL,
  left_at     DATETIME(6) NULL,
  PRIMARY KEY (session_id, seat_id)
);

CREATE TABLE media_track (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  track_no   INT NOT NULL,
  seat_id    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  codec      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  width      INT NOT NULL DEFAULT 0,
  height     INT NOT NULL DEFAULT 0,
  device_key BINARY(32) NOT NULL,
  started_ms BIGINT NOT NULL,
  ended_ms   BIGINT NULL,
  PRIMARY KEY (session_id, track_no)
);

GRANT SELECT, INSERT, UPDATE ON room_lease TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON seat_ticket TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON seat_device TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON media_track TO bidroom_service;
