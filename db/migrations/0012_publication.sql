-- What a notice needs beyond its text: its place in a chain, what is held back, files, media, the
-- deputies who may act for its author, templates, and overrides of a rule.

-- COPY: MariaDB takes a MEDIUMTEXT with CHECK (JSON_VALID) for a changed column type in every
-- faster algorithm.
ALTER TABLE notice
  ADD COLUMN follows CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN lot_nos VARCHAR(600) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '[]',
  ADD COLUMN affects_bids TINYINT NOT NULL DEFAULT 0,
  ADD COLUMN editor CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN publish_at DATETIME(6) NULL,
  ADD COLUMN withdrawn_at DATETIME(6) NULL,
  ADD COLUMN withdraw_reason VARCHAR(2000) NULL,
  ADD COLUMN signature BLOB NULL,
  ADD KEY notice_follows (follows),
  ADD KEY notice_publish_at (publish_at),
  ALGORITHM=COPY;

ALTER TABLE project
  ADD COLUMN facts MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '{}',
  ADD COLUMN editor CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN approver CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN return_reason VARCHAR(2000) NULL,
  ALGORITHM=INSTANT;

ALTER TABLE lot
  ADD COLUMN facts MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '{}',
  ALGORITHM=COPY;

-- The value stands here alone, under the field key, until it is disclosed; everybody else sees
-- SHA-256(salt || value).
CREATE TABLE notice_withheld (
  notice_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  field        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason       VARCHAR(2000) NOT NULL,
  until_at     DATETIME(6) NULL,
  salt         BINARY(16) NOT NULL,
  digest       BINARY(32) NOT NULL,
  sealed       MEDIUMBLOB NOT NULL,
  disclosed_at DATETIME(6) NULL,
  PRIMARY KEY (notice_id, field)
);

CREATE TABLE notice_attachment (
  attachment_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  notice_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name          VARCHAR(400) NOT NULL,
  media_type    VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  size          BIGINT NOT NULL,
  sha256        BINARY(32) NOT NULL,
  added_by      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  added_at      DATETIME(6) NOT NULL,
  removed_at    DATETIME(6) NULL,
  KEY notice_attachment_notice (notice_id)
);

-- The same notice in another medium, and whether its text is ours.
CREATE TABLE notice_medium (
  notice_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  medium     VARCHAR(100) NOT NULL,
  url        VARCHAR(500) NULL,
  agrees     TINYINT NULL,
  difference VARCHAR(2000) NULL,
  checked_by CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  checked_at DATETIME(6) NULL,
  PRIMARY KEY (notice_id, medium)
);

CREATE TABLE template (
  template_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  subject     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind        VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name        VARCHAR(200) NOT NULL,
  body        MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(body)),
  created_by  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at  DATETIME(6) NOT NULL,
  removed_at  DATETIME(6) NULL,
  KEY template_subject (subject, kind)
);

-- AB roles: the deputy may do what the principal may, for as long as the row holds.
CREATE TABLE deputy (
  deputy_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  principal_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_at      DATETIME(6) NOT NULL,
  until_at     DATETIME(6) NOT NULL,
  reason       VARCHAR(2000) NOT NULL,
  ended_at     DATETIME(6) NULL,
  created_at   DATETIME(6) NOT NULL,
  KEY deputy_account (account_id),
  KEY deputy_principal (principal_id)
);

CREATE TABLE rule_override (
  override_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  notice_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rule        VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason      VARCHAR(2000) NOT NULL,
  asked_by    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  asked_at    DATETIME(6) NOT NULL,
  granted_by  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  granted_at  DATETIME(6) NULL,
  UNIQUE KEY rule_override_notice (notice_id, rule)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON notice_withheld TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON notice_attachment TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON notice_medium TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON template TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON deputy TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON rule_override TO bidroom_service;
