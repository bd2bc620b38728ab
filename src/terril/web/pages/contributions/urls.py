"""Addresses of contribution."""

from django.urls import path

from terril.web.pages.contributions import corrections, proposing, steps, views

_ONE = "contribuer/<uuid:work>/"
_RECORD = "contribuer/corriger/<int:record>/"
_PROPOSAL = "contribuer/corrections/<int:proposal>/"
urlpatterns = [
    path("contribuer/", views.index, name="contribute"),
    path("contribuer/deposer/", views.deposit, name="contribute_deposit"),
    path(_ONE, views.where, name="import"),
    path(f"{_ONE}avancement/", views.progress, name="import_progress"),
    path(f"{_ONE}interrompre/", views.stop, name="import_stop"),
    path(f"{_ONE}abandonner/", views.drop, name="import_drop"),
    path(f"{_ONE}reconnu/", steps.recognised, name="import_recognised"),
    path(f"{_ONE}fautes/", steps.faults, name="import_faults"),
    path(f"{_ONE}fautes.csv", steps.faults_file, name="import_faults_file"),
    path(f"{_ONE}apercu/", steps.preview, name="import_preview"),
    path(f"{_ONE}destination/", steps.destination, name="import_destination"),
    path(f"{_ONE}confirmer/", steps.confirm, name="import_confirm"),
    path(f"{_ONE}fait/", views.done, name="import_done"),
    path(f"{_ONE}source.yaml", views.source, name="import_source"),
    path("contribuer/corrections/", corrections.index, name="corrections"),
    path(_PROPOSAL, corrections.show, name="correction"),
    path(f"{_PROPOSAL}decider/", corrections.decide, name="correction_decide"),
    path(f"{_PROPOSAL}annuler/", corrections.undo, name="correction_undo"),
    path(f"{_PROPOSAL}retirer/", corrections.withdraw, name="correction_withdraw"),
    path(_RECORD, proposing.fields, name="propose_fields"),
    path(f"{_RECORD}lignes/", proposing.rows, name="propose_rows"),
    path(f"{_RECORD}lignes/ajouter/", proposing.addition, name="propose_addition"),
    path(f"{_RECORD}lignes/<int:number>/", proposing.row, name="propose_row"),
]
