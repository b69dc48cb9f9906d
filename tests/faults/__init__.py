"""Makes a package of this folder: its server and its onlookers end with it."""
