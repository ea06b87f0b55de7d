-- The live room of an opening (开标大厅) is a session like others, but of a lot that is opened, not of a
-- committee: nothing of the evaluation knows it.
ALTER TABLE eval_session ADD COLUMN hall_of CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD UNIQUE KEY eval_session_hall (hall_of);
