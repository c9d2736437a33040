"""The inbox: every signal becomes a finding here, once, and is disposed of by a named role with a reason."""
