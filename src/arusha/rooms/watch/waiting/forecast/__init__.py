"""What the next hours are expected to bring, with intervals: pure, without Django and without a clock."""
