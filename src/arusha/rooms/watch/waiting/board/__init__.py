"""The public board: waiting now, what is to come and the service level, once the administration publishes them."""
