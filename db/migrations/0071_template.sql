-- Templates (范本) of notices and projects. `body` is what may be used, agreed to by a second person; `proposed`
-- waits for one, while the body of before stays in use.
CREATE TABLE template (
  template_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  subject     VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  regime      VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind        VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name        VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  body        MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  proposed    MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  proposed_by CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  approved_by CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at  DATETIME(6) NOT NULL,
  changed_at  DATETIME(6) NOT NULL,
  retired_at  DATETIME(6) NULL,
  version     BIGINT NOT NULL DEFAULT 1,
  UNIQUE KEY template_name (name)
);
GRANT SELECT, INSERT, UPDATE ON template TO bidroom_service;
