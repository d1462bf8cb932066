"""Signing in and out, and the password: Django's own views in our pages."""

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse_lazy

sign_in = LoginView.as_view(
    template_name="registration/sign_in.html", redirect_authenticated_user=True
)
sign_out = LogoutView.as_view()


class _PasswordChange(PasswordChangeView):
    template_name = "registration/account.html"
    success_url = reverse_lazy("account-password")

    def form_valid(self, form: PasswordChangeForm | Form) -> HttpResponse:
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)


account_password = _PasswordChange.as_view()
