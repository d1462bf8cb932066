"""Signing in and out, and the password: Django's own views in our pages."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy

from mushra.selectors.dashboard import visible_memberships
from mushra.services.accounts import keep_chosen_password, use_up_one_time_password
from mushra.views.access import researcher


class _SignIn(LoginView):
    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        user = researcher(self.request)
        if not use_up_one_time_password(user):
            return response
        update_session_auth_hash(self.request, user)  # else the used-up password signs us out
        messages.info(self.request, "The one-time password is used up. Choose your own now.")
        return redirect("account-password")


class _PasswordChange(PasswordChangeView):
    template_name = "registration/account.html"
    success_url = reverse_lazy("account-password")

    # The stubs know this view with one form only; Django takes any that sets a password.
    def get_form_class(self) -> "type[SetPasswordForm[User]]":  # type: ignore[override]
        """Whoever came in by a one-time password has no old password to give."""
        has_own = researcher(self.request).has_usable_password()
        return PasswordChangeForm if has_own else SetPasswordForm

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        memberships = visible_memberships(researcher(self.request))
        return super().get_context_data(memberships=memberships, **context)

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        keep_chosen_password(researcher(self.request))
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)  # type: ignore[arg-type]


sign_in = _SignIn.as_view()
sign_out = LogoutView.as_view()
account_password = _PasswordChange.as_view()
