INSERT INTO line.prompt (version, name, text) VALUES ('0123456789abcdef', 'inquiry', 'What do you expect to learn?');
UPDATE line.inquiry SET aim = 'identify', prompt = '0123456789abcdef', entry = '00000000-0000-4000-8000-0000000023e1';
