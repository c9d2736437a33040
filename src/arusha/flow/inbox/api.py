"""The operations of findings, by what one comes for."""

from arusha.flow.inbox import api_acting, api_reading
from arusha.flow.inbox.api_reading import PersonTold, plain

__all__ = ["PersonTold", "api_acting", "api_reading", "plain"]
