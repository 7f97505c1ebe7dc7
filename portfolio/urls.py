"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from credentials.views import (
    artwork,
    embedding,
    evidence_files,
    keys,
    machine_forms,
    status_lists,
    submitting,
    verifying,
)
from pathways.views import clr_file, next_steps
from portfolio.views import (
    badges,
    catalogue,
    collection_showing,
    collections,
    contacts,
    credential_page,
    demo_mail,
    editing,
    health,
    home,
    imported_pictures,
    importing,
    issuers,
    language,
    me,
    own_several,
    own_tags,
    pages,
    photos,
    pins,
    portfolios,
    previews,
    profiles,
    share_links,
    shared,
    sharing,
    shown_collections,
    talent,
)
from portfolio.views import settings as settings_pages

finding: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("badges/", catalogue.catalogue, name="catalogue"),
    path("badges/<slug:issuer>/<slug:slug>/", badges.badge, name="badge"),
    path(
        "badges/<slug:issuer>/<slug:slug>/og.png",
        artwork.badge_preview,
        name="badge_preview",
    ),
    path("badges/<slug:issuer>/<slug:slug>/start/", submitting.start, name="start"),
    path(
        "badges/<slug:issuer>/<slug:slug>/v<int:number>/",
        badges.badge_version,
        name="badge_version",
    ),
    path(
        "badges/<slug:issuer>/<slug:slug>/v<int:number>/art.png",
        artwork.badge_png,
        name="badge_png",
    ),
    path(
        "badges/<slug:issuer>/<slug:slug>/v<int:number>/art.svg",
        artwork.badge_svg,
        name="badge_svg",
    ),
    path(
        "badges/<slug:issuer>/<slug:slug>/v<int:number>/small.svg",
        artwork.badge_small,
        name="badge_small",
    ),
    path(
        "badges/<slug:issuer>/<slug:slug>/v<int:number>/withdrawn.svg",
        artwork.badge_withdrawn,
        name="badge_withdrawn",
    ),
    path("pathways/", include("pathways.urls")),
    path("talent/", talent.talent, name="talent"),
    path("issuers/<slug:slug>/", issuers.issuer, name="issuer"),
    path("issuers/<slug:slug>/did.json", keys.did_document, name="did_document"),
    path("issuers/<slug:slug>/logo", artwork.issuer_logo, name="issuer_logo"),
]
handing_in = [
    path("submissions/<uuid:pk>/", submitting.submission, name="submission"),
    path("submissions/<uuid:pk>/about/", submitting.about, name="submission_about"),
    path(
        "submissions/<uuid:pk>/evidence/<int:position>/",
        submitting.evidence,
        name="submission_evidence",
    ),
    path(
        "submissions/<uuid:pk>/evidence/<int:position>/files/",
        submitting.add_file,
        name="submission_add_file",
    ),
    path(
        "submissions/<uuid:pk>/evidence/<int:position>/links/",
        submitting.add_link,
        name="submission_add_link",
    ),
    path(
        "submissions/<uuid:pk>/items/<uuid:item>/remove/",
        submitting.remove_item,
        name="submission_remove_item",
    ),
    path(
        "submissions/<uuid:pk>/help/", submitting.help_received, name="submission_help"
    ),
    path(
        "submissions/<uuid:pk>/visibility/",
        submitting.visibility,
        name="submission_visibility",
    ),
    path("submissions/<uuid:pk>/name/", submitting.name, name="submission_name"),
    path("submissions/<uuid:pk>/check/", submitting.check, name="submission_check"),
    path("submissions/<uuid:pk>/sent/", submitting.sent, name="submission_sent"),
    path(
        "submissions/<uuid:pk>/withdraw/",
        submitting.withdraw,
        name="submission_withdraw",
    ),
    path("submissions/<uuid:pk>/delete/", submitting.delete, name="submission_delete"),
    path("submissions/preview/", submitting.preview, name="markdown_preview"),
    path("evidence/<uuid:pk>/", evidence_files.evidence_file, name="evidence_file"),
]
showing = [
    path("c/", credential_page.by_hand, name="by_hand"),
    path("c/<str:token>/", credential_page.credential, name="credential"),
    path("c/<str:token>/check/", credential_page.check_again, name="check_again"),
    path("c/<str:token>/report/", credential_page.report, name="report"),
    path("c/<str:token>/og.png", artwork.credential_preview, name="credential_preview"),
    path(
        "c/<str:token>/credential.json", machine_forms.as_json, name="credential_json"
    ),
    path("c/<str:token>/credential.jwt", machine_forms.as_jwt, name="credential_jwt"),
    path("c/<str:token>/credential.png", machine_forms.as_png, name="credential_png"),
    path("c/<str:token>/credential.svg", machine_forms.as_svg, name="credential_svg"),
    path("c/<str:token>/credential.pdf", machine_forms.as_pdf, name="credential_pdf"),
    path("c/<str:token>/clr.json", clr_file.clr_json, name="credential_clr"),
    path("c/<str:token>/qr.svg", machine_forms.qr_svg, name="credential_qr"),
    path("c/<str:token>/qr.png", machine_forms.qr_png, name="credential_qr_png"),
    path("c/<str:token>/embed.svg", embedding.embed_svg, name="credential_embed"),
    path("c/<str:token>/embed.png", embedding.embed_png, name="credential_embed_png"),
    path(
        "c/<str:token>/evidence/<uuid:pk>/",
        credential_page.evidence,
        name="credential_evidence",
    ),
    path(
        "c/<str:token>/evidence/<uuid:pk>/file",
        credential_page.evidence_file,
        name="credential_evidence_file",
    ),
    path(
        "elsewhere/<uuid:key>",
        imported_pictures.imported_picture,
        name="imported_picture",
    ),
    path("s/<str:token>/", shared.share_link, name="share_link"),
    path(
        "s/<str:token>/evidence/<uuid:pk>/file",
        shared.share_link_file,
        name="share_link_file",
    ),
    path("verify/", verifying.verify, name="verify"),
    path("status/<str:name>", status_lists.status_list, name="status_list"),
    path("p/<str:handle>/", profiles.profile, name="profile"),
    path("p/<str:handle>/contact/", contacts.contact_person, name="contact_person"),
    path("p/<str:handle>/photo", photos.profile_photo, name="profile_photo"),
    path("p/<str:handle>/portfolio.pdf", portfolios.profile_pdf, name="profile_pdf"),
    path("p/<str:handle>/og.png", previews.profile_preview, name="profile_preview"),
    path("collections/<str:token>/", shown_collections.collection, name="collection"),
    path(
        "collections/<str:token>/collection.pdf",
        portfolios.collection_pdf,
        name="collection_pdf",
    ),
    path(
        "collections/<str:token>/og.png",
        previews.collection_preview,
        name="collection_preview",
    ),
]
collecting = [
    path("me/collections/", collections.collections, name="collections"),
    path("me/collections/new/", collections.new_collection, name="new_collection"),
    path(
        "me/collections/<str:token>/",
        collections.edit_collection,
        name="edit_collection",
    ),
    path(
        "me/collections/<str:token>/order/",
        collections.order_collection,
        name="order_collection",
    ),
    path(
        "me/collections/<str:token>/take-out/",
        collections.take_out_of_collection,
        name="take_out_of_collection",
    ),
    path(
        "me/collections/<str:token>/add/",
        collection_showing.add_to_collection,
        name="add_to_collection",
    ),
    path(
        "me/collections/<str:token>/add/check/",
        collection_showing.warn_before_adding,
        name="warn_before_adding",
    ),
    path(
        "me/collections/<str:token>/visibility/",
        collection_showing.show_collection,
        name="show_collection",
    ),
    path(
        "me/collections/<str:token>/delete/",
        collections.delete_collection,
        name="delete_collection",
    ),
]
own: list[URLPattern | URLResolver] = [
    path("me/", me.me, name="me"),
    path(
        "me/credentials/<str:token>/visibility/",
        me.set_visibility,
        name="set_visibility",
    ),
    path("me/credentials/<str:token>/tags/", own_tags.tags, name="tags"),
    path(
        "me/credentials/<str:token>/files.zip",
        own_several.credential_files,
        name="credential_files",
    ),
    path("me/several/", own_several.change_several, name="several"),
    path("me/several/undo/", own_several.undo_several, name="undo_several"),
    *collecting,
    path("me/credentials/<str:token>/share/", sharing.share, name="share"),
    path("me/links/", share_links.share_links, name="share_links"),
    path("me/links/new/", share_links.new_share_link, name="new_share_link"),
    path(
        "me/links/<str:token>/end/", share_links.end_share_link, name="end_share_link"
    ),
    path("me/import/", importing.import_badge, name="import"),
    path(
        "me/credentials/<str:token>/remove/",
        importing.remove_badge,
        name="remove_badge",
    ),
    path("me/next/", next_steps.next_steps, name="next_steps"),
    path("me/credentials/<str:token>/pin/", pins.pin, name="pin"),
    path("me/pins/", pins.pins, name="pins"),
    path("me/portfolio/", portfolios.portfolio_pdf, name="portfolio_pdf"),
    path("me/profile/<str:part>/", editing.edit_profile, name="edit_profile"),
    path("me/contacts/", contacts.contacts, name="contacts"),
    path(
        "me/contacts/<str:token>/answer/",
        contacts.answer_contact,
        name="answer_contact",
    ),
    path("me/settings/", settings_pages.settings_page, name="settings"),
    path("", include("portfolio.employers.urls")),
    path("", include("portfolio.employers.people_urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
]
about = [
    path("help/", pages.page, {"name": "help"}, name="help"),
    path("checking/", pages.page, {"name": "checking"}, name="checking"),
    path("privacy/", pages.page, {"name": "privacy"}, name="privacy"),
    path("terms/", pages.page, {"name": "terms"}, name="terms"),
    path("accessibility/", pages.page, {"name": "accessibility"}, name="accessibility"),
    path("contact/", pages.page, {"name": "contact"}, name="contact"),
    path("language/", language.choose_language, name="choose_language"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("robots.txt", pages.robots, name="robots"),
    path(".well-known/security.txt", pages.security, name="security"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *finding,
    *handing_in,
    *showing,
    *own,
    *about,
    path("", include("portfolio.endorsing.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:  # nobody else can read mails here
    urlpatterns.append(path("demo/mail/", demo_mail.mail, name="demo_mail"))

handler400 = "portfolio.views.errors.bad_request"
handler403 = "portfolio.views.errors.permission_denied"
handler404 = "portfolio.views.errors.page_not_found"
handler500 = "portfolio.views.errors.server_error"
handler429 = "portfolio.views.errors.too_many"  # allauth asks for it
