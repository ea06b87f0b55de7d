-- Who took a source from a seat: the host's mutes stand beside the seat's own, and a removed seat
-- stays removed when the room moves to another process.
ALTER TABLE seat_device
  ADD COLUMN muted_host VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  ADD COLUMN removed TINYINT NOT NULL DEFAULT 0;
