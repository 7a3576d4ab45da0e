UPDATE feed.run SET release_reason = 'The source did end half of its entries.', profile = '{"closed": true}', releases = id;
