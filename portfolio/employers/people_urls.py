"""Addresses of kept people, of saved searches, and of how often somebody was found."""

from __future__ import annotations

from django.urls import path

from portfolio.views import found, searches, shortlist

urlpatterns = [
    path("me/people/", shortlist.shortlist_page, name="shortlist"),
    # Before the people, among whom nobody can be called so (``handles.RESERVED``).
    path("me/people/compare/", shortlist.compare_people, name="compare_people"),
    path(
        "me/people/<str:handle>/", shortlist.shortlist_person, name="shortlist_person"
    ),
    path("me/searches/", searches.saved_list, name="saved_searches"),
    path("me/searches/new/", searches.new_saved_search, name="new_saved_search"),
    path("me/searches/<str:token>/", searches.saved_search, name="saved_search"),
    path(
        "me/searches/<str:token>/count/",
        searches.saved_search_count,
        name="saved_search_count",
    ),
    path("searches/<str:token>/stop/", searches.stop_digest, name="stop_digest"),
    path("me/found/", found.found, name="found"),
]
