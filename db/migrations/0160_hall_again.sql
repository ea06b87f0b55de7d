-- A hall that was ended may be opened anew; that at most one of a lot is open, its locked row sees to.
ALTER TABLE eval_session DROP KEY eval_session_hall, ADD KEY eval_session_hall (hall_of);
