-- Signatures inside the report's PDF. A key of the moment gets a certificate after the member's own
-- key vouched for it; each signature is an increment behind the printed file and those before it.
-- undone: as in 0080.
CREATE TABLE report_certificate (
  session_id         CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  certificate_sha256 BINARY(32) NOT NULL,
  member_no          INT NOT NULL,
  certificate        VARBINARY(4096) NOT NULL,
  public_key         VARBINARY(128) NOT NULL,
  -- The member's own key and its signature over report, opinion and document key.
  key_id             VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  signature          VARBINARY(128) NOT NULL,
  opinion            TEXT NULL,
  issued_at          DATETIME(6) NOT NULL,
  undone             BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (session_id, certificate_sha256)
);

CREATE TABLE report_increment (
  session_id         CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position           INT NOT NULL,
  member_no          INT NOT NULL,
  certificate_sha256 BINARY(32) NOT NULL,
  bytes              MEDIUMBLOB NOT NULL,
  added_at           DATETIME(6) NOT NULL,
  undone             BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (session_id, position, undone),
  UNIQUE KEY report_increment_member (session_id, member_no, undone)
);

GRANT SELECT, INSERT ON report_certificate TO bidroom_service;
GRANT SELECT, INSERT ON report_increment TO bidroom_service;
GRANT UPDATE (undone) ON report_certificate TO bidroom_service;
GRANT UPDATE (undone) ON report_increment TO bidroom_service;
