UPDATE feed.run SET adopted = now();
