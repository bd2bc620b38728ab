"""Addresses of organisations."""

from django.urls import path

from terril.web.pages.organisations import decisions, teams, views

_ONE = "organisations/<slug:organisation>/"
urlpatterns = [
    path("organisations/", views.index, name="organisations"),
    path(_ONE, views.show, name="organisation"),
    path(f"{_ONE}quitter/", decisions.leave, name="organisation_leave"),
    path(f"{_ONE}inviter/", decisions.invite, name="organisation_invite"),
    path(f"{_ONE}invitations/<int:invitation>/renvoyer/", decisions.resend, name="invitation_resend"),
    path(f"{_ONE}invitations/<int:invitation>/retirer/", decisions.withdraw, name="invitation_withdraw"),
    path(f"{_ONE}membres/<int:membership>/role/", decisions.change_role, name="membership_role"),
    path(f"{_ONE}membres/<int:membership>/terminer/", decisions.end, name="membership_end"),
    path(f"{_ONE}propositions/<int:proposal>/", decisions.decide, name="proposal_decide"),
    path(f"{_ONE}equipes/", teams.make, name="team_make"),
    path(f"{_ONE}equipes/<int:team>/", teams.compose, name="team_compose"),
    path(f"{_ONE}equipes/<int:team>/supprimer/", teams.remove, name="team_remove"),
]
