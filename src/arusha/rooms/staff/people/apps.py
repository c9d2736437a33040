"""The name under which Django knows this folder: `people` is the ground's."""

from django.apps import AppConfig


class StaffPeople(AppConfig):
    """Templates of the pages about people."""

    name = "arusha.rooms.staff.people"
    label = "staff_people"
