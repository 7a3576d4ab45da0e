ALTER TABLE line.state DROP COLUMN inquiry_hours, DROP COLUMN inquiry_acts, DROP COLUMN role_purposes;
