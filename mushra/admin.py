"""The site administrator's view: projects and members are kept here, all else is read only."""

from django.contrib import admin
from django.http import HttpRequest

from mushra.models import Batch, ListeningTest, Membership, Project, Sitting


class _MembershipInline(admin.TabularInline):
    model = Membership
    autocomplete_fields = ["user"]
    extra = 1


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):
    """Who belongs to which project, in which role."""

    list_display = ["name", "created_at"]
    search_fields = ["name"]
    inlines = [_MembershipInline]


class _ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only services write: a change behind their back would break a protocol."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Batch)
class BatchAdmin(_ReadOnlyAdmin):
    list_display = ["name", "project", "created_at", "frozen_at"]
    list_filter = ["project"]
    search_fields = ["name"]


@admin.register(ListeningTest)
class ListeningTestAdmin(_ReadOnlyAdmin):
    list_display = ["title", "batch", "method", "listener_kind", "state", "created_at"]
    list_filter = ["state", "method", "listener_kind"]
    search_fields = ["title"]
    exclude = ["link_token"]


@admin.register(Sitting)
class SittingAdmin(_ReadOnlyAdmin):
    """Who came and how far they got. The token is a key to the sitting: it is not shown."""

    list_display = ["listener", "test", "number", "device", "started_at", "completed_at"]
    list_filter = ["test__listener_kind", "device"]
    search_fields = ["listener__code"]
    exclude = ["token"]
