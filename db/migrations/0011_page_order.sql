-- Every change of a notice that readers see (publication, and later a withdrawal or a disclosure)
-- takes the next number of the publication order: what follows it writes the pages and the index
-- again. publish_seq stays the place of the publication itself.
ALTER TABLE notice ADD COLUMN page_seq BIGINT NULL;

UPDATE notice SET page_seq = publish_seq;

ALTER TABLE notice
  ADD UNIQUE KEY notice_page_seq (page_seq),
  ADD KEY notice_published (published_at),
  ADD KEY notice_kind_published (kind, published_at);

ALTER TABLE project ADD KEY project_region (region);
