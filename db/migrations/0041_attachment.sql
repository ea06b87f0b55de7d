-- Files that belong to a notice: their bytes lie in data_dir/attachments, what the notice says of them
-- here. A row goes while the notice is a draft; what is published keeps its rows.
CREATE TABLE notice_attachment (
  attachment_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  notice_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name          VARCHAR(200) NOT NULL,
  type          VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  size          BIGINT NOT NULL,
  sha256        BINARY(32) NOT NULL,
  added_at      DATETIME(6) NOT NULL,
  KEY notice_attachment_notice (notice_id)
);
GRANT SELECT, INSERT, DELETE ON notice_attachment TO bidroom_service;
