INSERT INTO disclosures.package (disclosure, sha256, content, lines, manifest) VALUES
  ('00000000-0000-4000-8000-0000000000d1', sha256('\x504b'), '\x504b', '[]', '{}');
