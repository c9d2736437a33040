"""The only place that composes: settings, discovery, urls, the command, the worker."""
