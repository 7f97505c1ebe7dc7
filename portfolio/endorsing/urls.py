"""Addresses of endorsements: shown, asked for, given."""

from django.urls import path

from portfolio.views import endorsements, own_endorsements, recognising

urlpatterns = [
    path("endorsements/", recognising.endorsements, name="endorsements"),
    path("endorsements/<str:token>/", endorsements.endorsement, name="endorsement"),
    path(
        "endorsements/<str:token>/credential.json",
        endorsements.endorsement_json,
        name="endorsement_json",
    ),
    path(
        "endorsements/<str:token>/answer/",
        recognising.answer_endorsement,
        name="answer_endorsement",
    ),
    path(
        "endorsements/<str:token>/withdraw/",
        recognising.withdraw_endorsement,
        name="withdraw_endorsement",
    ),
    path(
        "endorsements/<str:token>/take-back/",
        own_endorsements.take_back_endorsement,
        name="take_back_endorsement",
    ),
    path(
        "endorsements/<str:token>/show/",
        own_endorsements.show_endorsement,
        name="show_endorsement",
    ),
    path(
        "badges/<slug:issuer>/<slug:slug>/recognise/",
        recognising.recognise_badge,
        name="recognise_badge",
    ),
    path(
        "badges/<slug:issuer>/<slug:slug>/ask-for-recognition/",
        own_endorsements.ask_recognition,
        name="ask_recognition",
    ),
    path(
        "issuers/<slug:slug>/endorse/",
        recognising.endorse_issuer,
        name="endorse_issuer",
    ),
    path(
        "me/endorsements/", own_endorsements.own_endorsements, name="own_endorsements"
    ),
    path(
        "me/credentials/<str:token>/endorsement/",
        own_endorsements.ask_endorsement,
        name="ask_endorsement",
    ),
]
