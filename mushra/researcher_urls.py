"""Addresses of the researcher's pages."""

from django.urls import path

from mushra.views import (
    account,
    monitoring,
    own_ratings,
    planning,
    preregistration,
    researcher,
    screening,
    stimuli,
)

urlpatterns = [
    path("", researcher.home, name="home"),
    path("plan/", planning.planning, name="planning"),
    path("plan/pilot/", planning.planning_pilot, name="planning-pilot"),
    path("analyze/", own_ratings.own_ratings, name="own-ratings"),
    path("batches/new/", researcher.batch_new, name="batch-new"),
    path("batches/matching/", researcher.batch_matching, name="batch-matching"),
    path("batches/<int:pk>/", researcher.batch, name="batch"),
    path("batches/<int:pk>/progress/", researcher.batch_progress, name="batch-progress"),
    path("batches/<int:pk>/generate/", researcher.batch_generate, name="batch-generate"),
    path("batches/<int:pk>/freeze/", researcher.batch_freeze, name="batch-freeze"),
    path("batches/<int:pk>/tests/new/", researcher.test_new, name="test-new"),
    path("stimuli/<int:pk>/", stimuli.stimulus, name="stimulus"),
    path("stimuli/<int:pk>/audio/", stimuli.stimulus_audio, name="stimulus-audio"),
    path(
        "stimuli/<int:pk>/spectrogram/", stimuli.stimulus_spectrogram, name="stimulus-spectrogram"
    ),
    path("tests/<int:pk>/", researcher.test, name="test"),
    path(
        "tests/<int:pk>/preregistration/",
        preregistration.preregistration,
        name="test-preregistration",
    ),
    path(
        "tests/<int:pk>/preregistration.pdf",
        preregistration.preregistration_pdf,
        name="test-preregistration-pdf",
    ),
    path("tests/<int:pk>/monitoring/", monitoring.monitoring, name="test-monitoring"),
    path("tests/<int:pk>/screening/", screening.screening, name="test-screening"),
    path(
        "tests/<int:pk>/screening/override/",
        screening.screening_override,
        name="test-screening-override",
    ),
    path("tests/<int:pk>/progress/", researcher.test_progress, name="test-progress"),
    path("tests/<int:pk>/open/", researcher.test_open, name="test-open"),
    path("tests/<int:pk>/close/", researcher.test_close, name="test-close"),
    path("sign-in/", account.sign_in, name="sign-in"),
    path("sign-out/", account.sign_out, name="sign-out"),
    path("account/password/", account.account_password, name="account-password"),
]
