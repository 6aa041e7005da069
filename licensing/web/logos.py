"""Logos on the desk: the right to show them, the pack, the code to place in artwork, and the pieces sent in for approval."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from i18n import formats
from i18n.interface import own
from licensing.entitlements.models import Licence
from licensing.history.actions import Stale, latest
from licensing.logos import actions, queries
from licensing.logos.kinds import LIMIT, NotAccepted
from licensing.logos.models import ArtworkPiece, Proof
from licensing.logos.rules import Medium, NotAllowed, State
from licensing.logos.take_in import Taken, take_in
from licensing.organisations.rules import Act
from licensing.web import logo_page, qr
from licensing.web.acting import Acting, acting_for, actor
from licensing.web.logo_forms import FileForm, NewPieceForm, PieceForm, initial
from licensing.web.logo_words import FACES, RULES, file_refusal, refusal_words
from licensing.web.verdict_words import STATUSES
from portal.core import private_files

REFUSED = (NotAllowed, Stale)


def of_piece(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open a view to owner, coordinator and designer of the piece's organisation; unknown and foreign look the same: 404."""

    @acting_for(Act.SEE_LOGOS)
    @wraps(view)
    def found(request: HttpRequest, number: str, **kwargs) -> HttpResponseBase:
        piece = ArtworkPiece.objects.visible_to(request.user).in_full().filter(number=number).first()
        if piece is None:
            raise Http404
        acting: Acting = request.acting  # type: ignore[attr-defined]
        if piece.organisation_id != acting.organisation_id:
            return redirect(f"{request.path}?for={piece.organisation_id}")
        return view(request, piece, **kwargs)

    return found


def of_licence(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open a view to the same people, for a licence of theirs that grants a logo; anything else is 404."""

    @acting_for(Act.SEE_LOGOS)
    @wraps(view)
    def found(request: HttpRequest, number: str, **kwargs) -> HttpResponseBase:
        acting: Acting = request.acting  # type: ignore[attr-defined]
        licence = Licence.objects.of(acting.organisation).with_facts().filter(number=number).first()
        right = queries.right_of(licence, at=timezone.now()) if licence else None
        if right is None:
            raise Http404
        return view(request, right, **kwargs)

    return found


@require_safe
@acting_for(Act.SEE_LOGOS)
def logos(request: HttpRequest) -> HttpResponse:
    """Show every right to a logo, and the pieces of each."""
    acting: Acting = request.acting  # type: ignore[attr-defined]
    now, language = timezone.now(), get_language() or "en"
    rights = queries.rights_of(acting.organisation, at=now)
    by_licence = {right.licence.pk: right for right in rights}
    pieces: dict[int, list[Any]] = {pk: [] for pk in by_licence}
    for piece in (
        ArtworkPiece.objects.visible_to(request.user).of(acting.organisation).select_related("licence").prefetch_related("approvals")
    ):
        face = queries.face_of(piece, at=now, right=by_licence[piece.licence_id])
        pieces[piece.licence_id].append((piece, FACES[face], own(formats.language_name(piece.language, language), language)))
    rows = [(right, STATUSES[right.status], pieces[right.licence.pk]) for right in rights]
    several = len(request.organisations) > 1  # type: ignore[attr-defined]
    return render(request, "licensing/logos/logos.html", {"rows": rows, "acting": acting, "several": several})


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules of logo use, each with its code: notes cite them."""
    return render(request, "licensing/logos/rules.html", {"rules": RULES})


@require_safe
@of_licence
def code(request: HttpRequest, right: queries.MarkRight, kind: str) -> HttpResponse:
    """Send the square that leads to the licence's public page, in the visitor's language: to be placed in artwork."""
    drawn = qr.artwork(f"{settings.PORTAL_ORIGIN}/verify/{right.licence.code}/", kind)
    name = content_disposition_header(True, f"{right.licence.number}-verify.{kind}") or "attachment"
    headers = {"Content-Disposition": name, "Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(drawn, content_type={"svg": "image/svg+xml", "png": "image/png"}[kind], headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@of_licence
def new(request: HttpRequest, right: queries.MarkRight) -> HttpResponseBase:
    """Ask what the piece is and for its file; a POST makes the draft."""
    form = NewPieceForm(request.POST or None, request.FILES or None, licence=right.licence)
    if request.method == "POST" and form.is_valid() and (taken := _taken(form, Medium(form.cleaned_data["medium"]))):
        try:
            piece = actions.begin(right.licence.pk, form.facts(), taken, by=actor(request), now=timezone.now())
        except NotAllowed as refusal:
            form.add_error(FIELDS.get(refusal.code), refusal_words(refusal))
        else:
            messages.success(request, gettext("The file is in. Look at it as we show it, then send it in for approval."))
            return redirect("logo_piece", piece.number)
    context = {"form": form, "right": right, "shown": STATUSES[right.status]}
    return render(request, "licensing/logos/new.html", context, status=422 if form.errors else 200)


FIELDS = {"outside_territory": "places", "period": "use_until", "after_the_right": "use_until"}


def _taken(form: FileForm, medium: Medium) -> Taken | None:
    """Look at the file and keep it; None where it is refused, and the form says why."""
    source = form.cleaned_data["file"]
    try:
        if source.size > LIMIT:
            raise NotAccepted("too_large", limit=LIMIT)
        return take_in(source.read(), name=source.name, medium=medium)
    except NotAccepted as refused:
        form.add_error("file", file_refusal(refused))
        return None


@require_safe
@of_piece
def piece(request: HttpRequest, piece: ArtworkPiece) -> HttpResponse:
    """Show one piece: its pages, what was asked, what is approved."""
    return _page(request, piece, FileForm())


def _page(request: HttpRequest, piece: ArtworkPiece, form: FileForm, *, status: int = 200) -> HttpResponse:
    context = logo_page.context(piece, address="logo_preview", now=timezone.now())
    fresh = not piece.proof_rounds.filter(proof=context["proof"]).exists()
    waits = piece.state in (State.DRAFT, State.CHANGES_REQUESTED) or context["uncleared"]
    address = reverse("verify_piece", args=[piece.licence.code, piece.number])
    context |= {
        "form": form if waits else None,
        "may_submit": waits and fresh,
        "may_edit": piece.state == State.DRAFT,
        "may_withdraw": piece.state in (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED),
        "public": address if context["face"] == "approved" else "",
    }
    return render(request, "licensing/logos/piece.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@of_piece
def edit(request: HttpRequest, piece: ArtworkPiece) -> HttpResponseBase:
    """Change what a draft is."""
    form = PieceForm(request.POST or None, licence=piece.licence, initial=initial(piece))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(piece.pk, form.facts(), by=actor(request), now=timezone.now(), seen=_seen(request))
        except REFUSED as refusal:
            form.add_error(FIELDS.get(refusal.code), refusal_words(refusal))
        else:
            return redirect("logo_piece", piece.number)
    context = {"form": form, "piece": piece, "seen": latest(piece)}
    return render(request, "licensing/logos/edit.html", context, status=422 if form.errors else 200)


@require_POST
@of_piece
def upload(request: HttpRequest, piece: ArtworkPiece) -> HttpResponseBase:
    """Take another file in the place of the last one."""
    form = FileForm(request.POST, request.FILES)
    if form.is_valid() and (taken := _taken(form, Medium(piece.medium))):
        try:
            actions.upload(piece.pk, taken, by=actor(request), now=timezone.now(), seen=_seen(request))
        except REFUSED as refusal:
            form.add_error("file", refusal_words(refusal))
        else:
            messages.success(request, gettext("The file is in. Look at it as we show it, then send it in for approval."))
            return redirect("logo_piece", piece.number)
    return _page(request, piece, form, status=422)


def _seen(request: HttpRequest) -> int | None:
    """Return the event the page was drawn from; None where the form names none."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _act(request: HttpRequest, piece: ArtworkPiece, act: Callable[..., Any], done: str) -> HttpResponseBase:
    try:
        act(piece.pk, by=actor(request), now=timezone.now(), seen=_seen(request))
    except REFUSED as refusal:
        messages.error(request, refusal_words(refusal))
    else:
        messages.success(request, done)
    return redirect("logo_piece", piece.number)


@require_POST
@of_piece
def submit(request: HttpRequest, piece: ArtworkPiece) -> HttpResponseBase:
    """Send the piece in for approval."""
    return _act(request, piece, actions.submit, gettext("Sent in. No answer is never an approval: wait for ours before you show it."))


@require_POST
@of_piece
def withdraw(request: HttpRequest, piece: ArtworkPiece) -> HttpResponseBase:
    """Take the piece back."""
    return _act(request, piece, actions.withdraw, gettext("Withdrawn. Nobody looks at it any more."))


def _proof(piece: ArtworkPiece, number: int) -> Proof:
    proof = next((one for one in piece.proofs.all() if one.number == number), None)
    if proof is None:
        raise Http404
    return proof


def send_file(request: HttpRequest, piece: ArtworkPiece, number: int) -> HttpResponseBase:
    """Send the original, byte for byte, to be saved: never shown inside a page of ours."""
    proof = _proof(piece, number)
    return private_files.send(request, proof.vault_key, sha256=proof.sha256, name=proof.name, content_type=proof.content_type)


def send_preview(request: HttpRequest, piece: ArtworkPiece, number: int, page: int) -> HttpResponseBase:
    """Send a page as we drew it."""
    pages = _proof(piece, number).pages
    if not 1 <= page <= len(pages):
        raise Http404
    drawn = pages[page - 1]
    name = f"{piece.number}-{number}-{page}.png"
    return private_files.send(request, drawn["key"], sha256=drawn["sha256"], name=name, content_type="image/png", inline=True)


@require_safe
@of_piece
def file(request: HttpRequest, piece: ArtworkPiece, proof: int) -> HttpResponseBase:
    return send_file(request, piece, proof)


@require_safe
@of_piece
def preview(request: HttpRequest, piece: ArtworkPiece, proof: int, page: int) -> HttpResponseBase:
    return send_preview(request, piece, proof, page)
