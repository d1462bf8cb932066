"""The administrator's view: to look things up. Clips and jobs are changed by services only."""

from django.contrib import admin
from django.http import HttpRequest

from synth.models import Checkpoint, Clip, Corpus, Job, Speaker, System, Utterance


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(Corpus)
class CorpusAdmin(ReadOnly):
    list_display = ["code", "name", "licence"]


@admin.register(Speaker)
class SpeakerAdmin(ReadOnly):
    list_display = ["code", "name", "corpus"]
    list_select_related = ["corpus"]


@admin.register(Utterance)
class UtteranceAdmin(ReadOnly):
    list_display = ["code", "speaker", "language", "style", "condition", "duration_s"]
    list_filter = ["language", "style", "condition"]
    list_select_related = ["speaker"]
    search_fields = ["code", "text"]


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnly):
    list_display = ["name", "architecture", "sha256"]


@admin.register(System)
class SystemAdmin(ReadOnly):
    list_display = ["code", "title", "kind", "checkpoint"]
    list_select_related = ["checkpoint"]


@admin.register(Clip)
class ClipAdmin(ReadOnly):
    list_display = [
        "id",
        "system",
        "utterance",
        "condition",
        "state",
        "attempts",
        "worker",
        "error_message",
    ]
    list_filter = ["state", "system", "condition"]
    list_select_related = ["system", "utterance"]
    search_fields = ["utterance__code", "error_code"]


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ["label", "created_by", "created_at"]
    list_select_related = ["created_by"]
    exclude = ["clips"]
