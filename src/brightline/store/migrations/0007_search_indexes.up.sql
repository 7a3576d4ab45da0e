-- What search and link analysis look things up by. GIN without fastupdate: reads come all day, publishing at night,
-- and a pending list is scanned by every search until it is merged.
CREATE INDEX aspect_keys ON content.aspect USING gin (keys) WITH (fastupdate = off);
CREATE INDEX aspect_text ON content.aspect USING gin (text) WITH (fastupdate = off);

-- A cluster of one has its entity's id; only the others need looking up.
CREATE INDEX aspect_cluster ON content.aspect (cluster) WHERE cluster <> entity;

-- Lists by schema or source without a word.
CREATE INDEX aspect_schema ON content.aspect (schema, source);
CREATE INDEX aspect_source ON content.aspect (source, schema);

-- All that a step of a path reads, the policy's columns included, so that it is answered from the index alone.
CREATE INDEX link_step ON content.link (src) INCLUDE (dst, kind, marking, compartment);

CREATE INDEX judgement_left ON content.judgement ("left");
CREATE INDEX judgement_right ON content.judgement ("right");

-- Typos at distance 2 by trigrams, beginnings of words by plain order of bytes.
CREATE INDEX token_trigram ON content.token USING gin (token ext.gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX token_prefix ON content.token (token COLLATE "C");
