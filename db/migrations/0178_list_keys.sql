-- The pages of a month's list are found in these keys alone; only the lines of one page are looked up in the table.
ALTER TABLE notice
  DROP KEY notice_published,
  DROP KEY notice_kind_published,
  ADD KEY notice_published (published_at, publish_seq, project_id),
  ADD KEY notice_kind_published (kind, published_at, publish_seq, project_id);
