"""Assembly: the environment, Django's settings, the URLs, and the servers' entrances."""
