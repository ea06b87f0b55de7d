-- A voice that is for one seat alone (单独通话).
ALTER TABLE media_track
  ADD COLUMN to_seat VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
