"""Addresses of rights."""

from django.urls import path

from terril.web.pages.rights import views

_RECORD = "<slug:word>/<path:identifier>/"

urlpatterns = [
    path("droits/", views.index, name="rights"),
    path(f"droits/fiche/{_RECORD}", views.show, name="rights_record"),
    path(f"droits/autorisation/{_RECORD}", views.give, name="rights_give"),
    path(f"droits/retrait/<int:grant>/{_RECORD}", views.withdraw, name="rights_withdraw"),
    path(f"droits/retablissement/<int:grant>/{_RECORD}", views.restore, name="rights_restore"),
    path(f"droits/ouverture/{_RECORD}", views.change_openness, name="rights_openness"),
    path(f"droits/engagement/{_RECORD}", views.prepare, name="rights_undertaking"),
    path(f"droits/reponse/<int:number>/{_RECORD}", views.answer, name="rights_answer"),
    path("mes-acces/", views.own, name="own_access"),
    path("mes-acces/conditions/<int:number>/", views.accept, name="terms_accept"),
    path("mes-acces/engagements/<int:number>/signature/", views.sign, name="undertaking_sign"),
    path("mes-acces/engagements/<int:number>/destruction/", views.destroy, name="undertaking_destroy"),
    path("mes-acces/demandes/<int:number>/retrait/", views.take_back, name="request_withdraw"),
]
