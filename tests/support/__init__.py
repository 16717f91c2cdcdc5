"""What tests of several subjects share.  Nothing here imports the rules."""
