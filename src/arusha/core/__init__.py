"""The ground, with no opinion about Customs."""
