"""The operations of cases, by what one comes for."""

from arusha.flow.cases import api_acting, api_reading

__all__ = ["api_acting", "api_reading"]
