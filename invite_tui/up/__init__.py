"""What `invite-tui up` keeps running beside the screen: the listener, a tunnel, and a computer that is awake."""
