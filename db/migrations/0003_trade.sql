-- Projects (项目), their lots (标段/包) and notices (公告).

CREATE TABLE counter (
  name  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);

INSERT INTO counter (name, value) VALUES ('publish_seq', 0), ('project_serial', 0);

CREATE TABLE project (
  project_id       CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  code             VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  regime           VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  category         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name             VARCHAR(400) NOT NULL,
  region           CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  method           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  budget           DECIMAL(20,6) NULL,
  buyer_name       VARCHAR(200) NOT NULL,
  agency_name      VARCHAR(200) NULL,
  contact          VARCHAR(400) NOT NULL,
  rulebook_version VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  holder_threshold INT NOT NULL,
  window_minutes   INT NOT NULL,
  state            VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_by       CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at       DATETIME(6) NOT NULL,
  version          BIGINT NOT NULL DEFAULT 1,
  KEY project_created (created_at)
);

CREATE TABLE project_holder (
  project_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  holder_no   INT NOT NULL,
  account_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  key_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (project_id, holder_no),
  KEY project_holder_account (account_id)
);

CREATE TABLE lot (
  lot_id         CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  project_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_no         INT NOT NULL,
  code           VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
  name           VARCHAR(400) NOT NULL,
  ceiling        DECIMAL(20,6) NULL,
  price_form     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scheme         MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(scheme)),
  state          VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  deadline_at    DATETIME(6) NULL,
  closed_at      DATETIME(6) NULL,
  window_ends_at DATETIME(6) NULL,
  digest_set     BINARY(32) NULL,
  result         MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  version        BIGINT NOT NULL DEFAULT 1,
  UNIQUE KEY lot_no (project_id, lot_no)
);

CREATE TABLE notice (
  notice_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  project_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind          VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title         VARCHAR(400) NOT NULL,
  body_md       MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  fields        MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(fields)),
  offer_start   DATETIME(6) NULL,
  offer_end     DATETIME(6) NULL,
  deadline_at   DATETIME(6) NULL,
  publicity_start DATETIME(6) NULL,
  publicity_end DATETIME(6) NULL,
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  author        CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  return_reason VARCHAR(1000) NULL,
  approver      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  publish_seq   BIGINT NULL UNIQUE,
  published_at  DATETIME(6) NULL,
  text_sha256   BINARY(32) NULL,
  created_at    DATETIME(6) NOT NULL,
  version       BIGINT NOT NULL DEFAULT 1,
  KEY notice_project (project_id),
  KEY notice_state (state, created_at)
);

GRANT SELECT, UPDATE ON counter TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON project TO bidroom_service;
GRANT SELECT, INSERT ON project_holder TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON lot TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON notice TO bidroom_service;
