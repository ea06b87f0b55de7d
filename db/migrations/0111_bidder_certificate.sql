-- Certificates (数字证书) of bidders, as their certification authorities made them.

CREATE TABLE bidder_certificate (
  certificate_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sha256         BINARY(32) NOT NULL,
  pem            TEXT NOT NULL,
  subject        VARCHAR(1000) NOT NULL,
  issuer         VARCHAR(1000) NOT NULL,
  serial         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_at        DATETIME(6) NOT NULL,
  until_at       DATETIME(6) NOT NULL,
  trusted        TINYINT NOT NULL,
  added_at       DATETIME(6) NOT NULL,
  removed_at     DATETIME(6) NULL,
  UNIQUE KEY bidder_certificate_one (account_id, sha256)
);

GRANT SELECT, INSERT, UPDATE ON bidder_certificate TO bidroom_service;
