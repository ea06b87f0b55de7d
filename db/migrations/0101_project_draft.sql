-- Drafts of projects (项目草稿): whatever was said so far, until a second person approves it and it becomes a
-- project. A discarded draft is deleted; that it was there and who discarded it stays in the ledger.
CREATE TABLE project_draft (
  draft_id      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  body          MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(body)),
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  author        CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  decided_by    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  return_reason VARCHAR(1000) NULL,
  project_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at    DATETIME(6) NOT NULL,
  changed_at    DATETIME(6) NOT NULL,
  version       BIGINT NOT NULL DEFAULT 1,
  UNIQUE KEY project_draft_project (project_id),
  KEY project_draft_state (state)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON project_draft TO bidroom_service;
