"""Addresses of the mushra app."""

from django.urls import include, path

from mushra.api import listener as listener_api
from mushra.views import listener, reports

listener_urls = [
    path("t/<str:link_token>/", listener.welcome, name="welcome"),
    path("s/<str:token>/", listener.sitting, name="sitting"),
    path("s/<str:token>/level/", listener.level, name="level"),
]

api_urls = [
    path("<str:token>/level-audio/", listener_api.level_audio, name="api-level-audio"),
    path("<str:token>/audio/<str:stimulus_token>/", listener_api.audio, name="api-audio"),
    path("<str:token>/ratings/", listener_api.ratings, name="api-ratings"),
    path(
        "<str:token>/presentations/<int:page_number>/complete/",
        listener_api.complete,
        name="api-complete",
    ),
]

report_urls = [
    path("tests/<int:pk>/report/", reports.report, name="report"),
    path("tests/<int:pk>/report.pdf", reports.report_pdf, name="test-report-pdf"),
    path("tests/<int:pk>/report.zip", reports.report_zip, name="test-report-zip"),
    path("tests/<int:pk>/ratings/", reports.ratings_map_page, name="test-ratings-map"),
    path("tests/<int:pk>/report.json", reports.report_json, name="report-json"),
    path("tests/<int:pk>/ratings.csv", reports.ratings_csv, name="ratings-csv"),
]

urlpatterns = [
    *listener_urls,
    path("api/v1/sittings/", include(api_urls)),
    *report_urls,
    path("", include("mushra.researcher_urls")),
]
