DROP INDEX content.aspect_record;
DROP INDEX content.link_record;
DROP SCHEMA stage CASCADE;
DROP SCHEMA feed CASCADE;
