"""From a message as people type it to what is searched for it."""
