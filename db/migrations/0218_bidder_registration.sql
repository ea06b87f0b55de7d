-- Firms that register themselves as bidders. There is no account before the centre agrees; what a
-- pending one occupies (pending_*) is free again afterwards, and of one that was refused neither
-- password nor person stays.
CREATE TABLE bidder_registration (
  registration_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  login           VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  org_name        VARCHAR(200) NOT NULL,
  credit_code     CHAR(18) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name            VARCHAR(200) NULL,
  phone           VARCHAR(40) NULL,
  password_hash   VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
  state           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason          VARCHAR(2000) NULL,
  decided_by      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  decided_at      DATETIME(6) NULL,
  created_at      DATETIME(6) NOT NULL,
  pending_login   VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL UNIQUE,
  pending_code    CHAR(18) CHARACTER SET ascii COLLATE ascii_bin NULL UNIQUE
);
GRANT SELECT, INSERT, UPDATE ON bidder_registration TO bidroom_service;
