INSERT INTO line.provider (issuer, client) VALUES ('https://id.example', 'brightline');
INSERT INTO line.provider_key (issuer, kid, jwk) VALUES ('https://id.example', 'one', '{"kty": "RSA", "n": "AQ", "e": "AQAB"}');
