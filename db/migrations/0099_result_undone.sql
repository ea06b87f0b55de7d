-- Void results are read by session, for its record.
ALTER TABLE lot_result_undone
  ADD KEY lot_result_undone_session (session_id),
  ALGORITHM=INPLACE, LOCK=NONE;
