-- The name of a retired template (范本) can be used again: unique among those that are not retired.
ALTER TABLE template
  ADD COLUMN live_name VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
UPDATE template SET live_name = name WHERE retired_at IS NULL;
ALTER TABLE template
  DROP KEY template_name,
  ADD UNIQUE KEY template_live_name (live_name);
