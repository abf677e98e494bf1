"""The pieces that screens are made of. They draw; they read nothing by themselves."""
