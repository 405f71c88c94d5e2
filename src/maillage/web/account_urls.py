"""The account pages: allauth's views at French addresses. Its names stay, its templates are ours."""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path

urlpatterns = [
    path("connexion", views.login, name="account_login"),
    path("deconnexion", views.logout, name="account_logout"),
    path("inscription", views.signup, name="account_signup"),
    path("inactif", views.account_inactive, name="account_inactive"),
    path("reauthentification", views.reauthenticate, name="account_reauthenticate"),
    path("adresses", views.email, name="account_email"),
    path("confirmation", views.email_verification_sent, name="account_email_verification_sent"),
    path("confirmation/<str:key>", views.confirm_email, name="account_confirm_email"),
    path("mot-de-passe", views.password_change, name="account_change_password"),
    path("mot-de-passe/choisir", views.password_set, name="account_set_password"),
    path("mot-de-passe/oublie", views.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye", views.password_reset_done, name="account_reset_password_done"),
    path(
        "mot-de-passe/nouveau/<str:uidb36>-<str:key>",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("mot-de-passe/nouveau/fait", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("double-authentification", mfa.index, name="mfa_index"),
    path("double-authentification/code", mfa.authenticate, name="mfa_authenticate"),
    path("double-authentification/verifier", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("double-authentification/activer", totp.activate_totp, name="mfa_activate_totp"),
    path("double-authentification/desactiver", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes-de-secours", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes-de-secours/renouveler", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("codes-de-secours/telecharger", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
