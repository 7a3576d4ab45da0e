-- The functions that take it go with it; the installation of the older version makes its own.
DROP TYPE content.hit CASCADE;
