DROP INDEX content.token_prefix, content.token_trigram, content.judgement_right, content.judgement_left,
  content.link_step, content.aspect_source, content.aspect_schema, content.aspect_cluster, content.aspect_text,
  content.aspect_keys;
