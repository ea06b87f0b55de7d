-- Votes to reject a bid, and rejections by votes, of before their step was noted: without one no step back undid
-- them. It is the step the ledger says the session was at.
UPDATE rejection_vote v SET v.step = (
  SELECT JSON_VALUE(s.body, '$.to') FROM event s
  WHERE s.subject = CONCAT('session:', v.session_id) AND s.kind = 'session.step' AND s.subject_no < (
    SELECT MAX(e.subject_no) FROM event e
    WHERE e.subject = CONCAT('session:', v.session_id) AND e.kind = 'bid.reject_voted'
      AND JSON_VALUE(e.body, '$.bid') = v.bid_id AND JSON_VALUE(e.body, '$.member_no') = v.member_no)
  ORDER BY s.subject_no DESC LIMIT 1)
WHERE v.step IS NULL;

UPDATE rejection r SET r.step = (
  SELECT JSON_VALUE(s.body, '$.to') FROM event s
  WHERE s.subject = CONCAT('session:', r.session_id) AND s.kind = 'session.step' AND s.subject_no < (
    SELECT MAX(e.subject_no) FROM event e
    WHERE e.subject = CONCAT('session:', r.session_id) AND e.kind = 'bid.rejected'
      AND JSON_VALUE(e.body, '$.bid') = r.bid_id)
  ORDER BY s.subject_no DESC LIMIT 1)
WHERE r.step IS NULL AND r.stage IS NULL;
