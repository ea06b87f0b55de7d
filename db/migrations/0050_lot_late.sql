-- When somebody was first turned away from a lot as late. Nobody is taken after that, even if the
-- clock of the machine is set back; a deadline that moves on is a new one.

ALTER TABLE lot
  ADD COLUMN late_at DATETIME(6) NULL,
  ALGORITHM=COPY;
