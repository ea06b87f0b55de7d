-- The calendar of all clocks asks for what ends from a day on, whenever it was published.
ALTER TABLE notice
  ADD KEY notice_deadline (deadline_at),
  ADD KEY notice_publicity_end (publicity_end);
ALTER TABLE lot ADD KEY lot_deadline (deadline_at);
