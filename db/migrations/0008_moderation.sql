-- What moderation leaves behind: a locked room, an order to mask, a seat in another booth, which
-- device asks for a taken seat and which alone may take it, and which tracks are the originals of masked ones.
ALTER TABLE eval_session
  ADD COLUMN room_locked TINYINT NOT NULL DEFAULT 0,
  ADD COLUMN masked TINYINT NOT NULL DEFAULT 0;

ALTER TABLE seat
  ADD COLUMN booth VARCHAR(64) NULL;

ALTER TABLE seat_device
  ADD COLUMN next_device BINARY(32) NULL,
  ADD COLUMN knock_device BINARY(32) NULL,
  ADD COLUMN knocked_at DATETIME(6) NULL;

ALTER TABLE seat_ticket
  ADD KEY seat_ticket_seat (session_id, seat_id);

ALTER TABLE media_track
  ADD COLUMN mask VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'none';
