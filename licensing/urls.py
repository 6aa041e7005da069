from django.urls import path

from licensing.web import (
    agreements,
    applications,
    cards,
    clarification,
    desk,
    joining,
    licences,
    offerings,
    organisation,
    payments,
    register,
    steps,
    stripe_webhook,
    terms,
    verification,
)

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    # what can be licensed, and applying for it
    path("licensing/", offerings.index, name="offerings"),
    path("licensing/<slug:code>/", offerings.offering, name="offering"),
    path("licensing/<slug:code>/apply/", offerings.apply, name="apply"),
    path("desk/applications/<slug:number>/", applications.application, name="application"),
    path("desk/applications/<slug:number>/answers/", applications.answers, name="application_answers"),
    path("desk/applications/<slug:number>/questions/", clarification.questions, name="application_questions"),
    path("desk/applications/<slug:number>/check/", steps.check, name="application_check"),
    path("desk/applications/<slug:number>/sent/", steps.sent, name="application_sent"),
    path("desk/applications/<slug:number>/withdraw/", applications.withdraw, name="application_withdraw"),
    path("desk/applications/<slug:number>/<slug:step>/", steps.step, name="application_step"),
    # the organisation and its people
    path("desk/organisation/", organisation.organisation, name="organisation"),
    path("desk/organisation/edit/", organisation.edit, name="organisation_edit"),
    path("desk/organisation/names/", organisation.add_name, name="organisation_add_name"),
    path("desk/organisation/invite/", organisation.invite, name="organisation_invite"),
    path("desk/organisation/invitations/<int:invitation>/withdraw/", organisation.withdraw, name="organisation_withdraw"),
    path("desk/organisation/people/<int:user>/", organisation.person, name="organisation_person"),
    path("desk/organisation/people/<int:user>/power/", organisation.power, name="organisation_power"),
    path("desk/organisation/people/<int:user>/remove/", organisation.remove, name="organisation_remove"),
    path("desk/organisation/leave/", organisation.leave, name="organisation_leave"),
    path("desk/organisation/start/", joining.start, name="organisation_start"),
    path("desk/organisation/new/", joining.new, name="organisation_new"),
    path("desk/organisation/ask/", joining.ask, name="organisation_ask"),
    path("desk/switch/", joining.switch, name="organisation_switch"),
    path("desk/invitation/<str:token>/", joining.invitation, name="invitation"),
    # offers and invoices
    path("desk/offers/<slug:number>/", terms.offer, name="offer"),
    path("desk/offers/<slug:number>/accept/", terms.accept, name="offer_accept"),
    path("desk/offers/<slug:number>/waiver/", terms.waiver, name="offer_waiver"),
    path("desk/offers/<slug:number>/decline/", terms.decline, name="offer_decline"),
    path("desk/invoices/", payments.invoices, name="invoices"),
    path("desk/invoices/<slug:number>/", payments.invoice, name="invoice"),
    path("desk/invoices/<slug:number>/pay/", cards.pay, name="invoice_pay"),
    path("desk/invoices/<slug:number>/payments/<int:attempt>/", cards.payment, name="invoice_payment"),
    path("desk/invoices/<slug:number>/document.pdf", payments.document, name="invoice_document"),
    # agreements and licences
    path("desk/agreements/", agreements.agreements, name="agreements"),
    path("desk/agreements/<slug:number>/", agreements.agreement, name="agreement"),
    path("desk/agreements/<slug:number>/document.pdf", agreements.document, name="agreement_document"),
    path("desk/agreements/<slug:number>/sealed.pdf", agreements.sealed, name="agreement_sealed"),
    path("desk/licences/", licences.licences, name="licences"),
    path("desk/licences/<slug:number>/", licences.licence, name="licence"),
    path("desk/licences/<slug:number>/certificate.pdf", licences.certificate, name="licence_certificate"),
    # verification and register
    path("verify/", verification.form, name="verify"),
    path("verify/<str:code>/", verification.code, name="verify_code"),
    path("register/", register.register, name="register"),
]

# told by machines, without a language
hooks = [path("webhook/", stripe_webhook.webhook, name="stripe_webhook")]
