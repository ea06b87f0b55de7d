-- The house, and the people and programs that sign in.

CREATE TABLE house (
  house_id TINYINT NOT NULL PRIMARY KEY CHECK (house_id = 1),
  name     VARCHAR(200) NOT NULL
);

CREATE TABLE account (
  account_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  login          VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE,
  name           VARCHAR(200) NOT NULL,
  org_name       VARCHAR(200) NULL,
  credit_code    CHAR(18) CHARACTER SET ascii COLLATE ascii_bin NULL,
  roles          BIGINT NOT NULL DEFAULT 0,
  password_hash  VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  password_once  TINYINT NOT NULL DEFAULT 1,
  totp_secret    VARBINARY(256) NULL,
  totp_on        TINYINT NOT NULL DEFAULT 0,
  totp_last_step BIGINT NOT NULL DEFAULT 0,
  locked         TINYINT NOT NULL DEFAULT 0,
  version        BIGINT NOT NULL DEFAULT 1,
  created_at     DATETIME(6) NOT NULL
);

-- Public keys of accounts: bidders and holders P-256, experts Ed25519. A key is never changed,
-- only revoked.
CREATE TABLE account_key (
  key_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  purpose     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  alg         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  public_key  VARBINARY(512) NOT NULL,
  label       VARCHAR(200) NULL,
  created_at  DATETIME(6) NOT NULL,
  revoked_at  DATETIME(6) NULL,
  KEY account_key_owner (account_id, purpose)
);

-- Who is signed in. A token is kept as its hash; an expert's is bound to a session and seat.
CREATE TABLE sign_in (
  token_hash  BINARY(32) NOT NULL PRIMARY KEY,
  account_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  csrf        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  session_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  seat_id     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at  DATETIME(6) NOT NULL,
  expires_at  DATETIME(6) NOT NULL,
  KEY sign_in_account (account_id),
  KEY sign_in_expires (expires_at)
);

GRANT SELECT, INSERT ON house TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON account TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON account_key TO bidroom_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in TO bidroom_service;
