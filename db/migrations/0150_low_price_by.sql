-- A later check by the rule finds what a member found by judgement, or does not any more.
GRANT UPDATE (raised_by) ON low_price TO bidroom_service;
