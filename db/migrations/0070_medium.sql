-- The media (发布媒介) a notice names, and what stood there: every look that was taken is kept, the newest of a
-- medium counts. differs_at: the place of the first difference in our text, NULL where the texts agree.

-- COPY for the reason told in 0012.
ALTER TABLE notice
  ADD COLUMN media MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '[]',
  ALGORITHM=COPY;

CREATE TABLE medium_record (
  record_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  notice_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  medium_no   INT NOT NULL,
  appeared_at DATETIME(6) NOT NULL,
  text        MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  text_sha256 BINARY(32) NOT NULL,
  differs_at  INT NULL,
  common_text VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  our_text    VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  their_text  VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  recorded_by CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  recorded_at DATETIME(6) NOT NULL,
  KEY medium_record_notice (notice_id, medium_no, record_id)
);
GRANT SELECT, INSERT ON medium_record TO bidroom_service;
