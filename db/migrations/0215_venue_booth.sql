-- Booths (机位) of a venue, and until when a session needs those it booked: none is booked by two sessions at once.
CREATE TABLE venue_booth (
  venue_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  booth    VARCHAR(64) NOT NULL,
  PRIMARY KEY (venue_id, booth)
);

-- NULL: nobody said when it will be over.
ALTER TABLE eval_session
  ADD COLUMN scheduled_until DATETIME(6) NULL;

ALTER TABLE seat
  ADD KEY seat_booth (venue_id, booth);

GRANT SELECT, INSERT ON venue_booth TO bidroom_service;
