"""The operations of actions, by what one comes for."""

from arusha.flow.actions import api_acting, api_reading

__all__ = ["api_acting", "api_reading"]
