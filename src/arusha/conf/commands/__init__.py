"""The commands that belong to no capability: installing, serving, detecting on files, the journal."""
