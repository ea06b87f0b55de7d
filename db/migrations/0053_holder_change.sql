-- A key holder of a project may be replaced until the first bid is begun.

GRANT UPDATE ON project_holder TO bidroom_service;
