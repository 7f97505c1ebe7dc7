"""Addresses of pathways, below ``/pathways/``."""

from django.urls import path

from pathways.views import comparing, files, joining, listing, maps

urlpatterns = [
    path("", listing.pathways, name="pathways"),
    path("compare/", comparing.pathways_compare, name="pathways_compare"),
    path("<slug:issuer>/<slug:slug>/", maps.pathway, name="pathway"),
    path(
        "<slug:issuer>/<slug:slug>/v<int:number>/",
        maps.pathway_version,
        name="pathway_version",
    ),
    path(
        "<slug:issuer>/<slug:slug>/v<int:number>/draft/",
        maps.pathway_draft,
        name="pathway_draft",
    ),
    path(
        "<slug:issuer>/<slug:slug>/og.png",
        maps.pathway_preview,
        name="pathway_preview",
    ),
    path(
        "<slug:issuer>/<slug:slug>/v<int:number>/pathway.json",
        files.pathway_json,
        name="pathway_json",
    ),
    path("<slug:issuer>/<slug:slug>/join/", joining.pathway_join, name="pathway_join"),
    path(
        "<slug:issuer>/<slug:slug>/leave/",
        joining.pathway_leave,
        name="pathway_leave",
    ),
    path("<slug:issuer>/<slug:slug>/move/", joining.pathway_move, name="pathway_move"),
]
