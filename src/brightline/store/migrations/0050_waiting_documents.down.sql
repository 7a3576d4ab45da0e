-- What waits is unread again; somebody asks for its reading anew.
REVOKE USAGE ON SCHEMA documents FROM brightline_worker;
DROP TABLE documents.waiting CASCADE;
