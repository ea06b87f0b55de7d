-- When the host wants the present step to be over; nothing happens by itself then. Real time.
ALTER TABLE eval_session
  ADD COLUMN step_ends_at DATETIME(6) NULL;
