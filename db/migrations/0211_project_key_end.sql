-- The key of a project is destroyed by two persons once nothing of the project has to be kept (server/act/project_key):
-- the row stays and says so.
ALTER TABLE project_key
  MODIFY key_enc VARBINARY(256) NULL,
  ADD COLUMN proposal_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN proposed_by CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN proposed_at DATETIME(6) NULL,
  ADD COLUMN reason TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  ADD COLUMN confirmed_by CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN destroyed_at DATETIME(6) NULL,
  ALGORITHM=COPY;

GRANT UPDATE ON project_key TO bidroom_service;
