"""Signing in and out, and the password: Django's own views in our pages."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy

from mushra.selectors.dashboard import visible_memberships
from mushra.views.access import researcher

sign_in = LoginView.as_view(
    template_name="registration/sign_in.html", redirect_authenticated_user=True
)
sign_out = LogoutView.as_view()


class _PasswordChange(PasswordChangeView):
    template_name = "registration/account.html"
    success_url = reverse_lazy("account-password")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        memberships = visible_memberships(researcher(self.request))
        return super().get_context_data(memberships=memberships, **context)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)


account_password = _PasswordChange.as_view()
