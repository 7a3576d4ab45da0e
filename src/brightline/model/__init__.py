"""The words everything else is made of: ids, keys, errors, the FollowTheMoney additions."""
