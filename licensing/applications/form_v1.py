"""Version 1 of the application form, as data. Not edited once drafts exist: a change is a version of its own.

Pure. ``_`` only marks words for translation; the page that prints them translates.
"""

from typing import Any

from licensing.applications.questions import Question


def _(text: str) -> str:
    return text


# A table, a question a line or a few: the formatter would make it three times as long.
# fmt: off
YES: Any = {"required": True}
EVIDENCE = _("Kept private: only your organization and the licensor can open it.")

ORGANISATION = (
    Question("legal_name", "text(200)", _("Legal name, as registered"), **YES, source="legal name", criterion="standing"),
    Question("register_name", "text(120)", _("Name for the public register"), **YES, source="public name",
        hint=_("The name people look for when they check who holds a license.")),
    Question("short_name", "text(40)", _("Short name or initials"), source="short name"),
    Question(
        "other_names", "rows(0..6: language text(8), name text(200))", _("Names in other languages"), source="other names",
        options=(("language", _("Language, such as en or es")), ("name", _("Name"))),
    ),
    Question(
        "legal_form", "choice(association/foundation/society/university/hospital/company/government)", _("Legal form"), **YES, source="legal form",
        options=(
            ("association", _("Association")), ("foundation", _("Foundation")), ("society", _("Society")), ("university", _("University")),
            ("hospital", _("Hospital")), ("company", _("Company")), ("government", _("Government or public body")),
        ),
        criterion="standing",
    ),
    Question("legal_form_local", "text(80)", _("Legal form in your own language"), source="local legal form"),
    Question("registration_number", "text(60)", _("Registration number"), **YES, source="registration number", criterion="standing"),
    Question("registry", "text(160)", _("Registry that keeps this number"), **YES, source="registry"),
    Question("registered_address", "words(60)", _("Registered address"), **YES, source="address"),
    Question("mailing_address", "words(60)", _("Mailing address, if different")),
    Question("billing_address", "words(60)", _("Billing address, if different")),
    Question("registration_place", "place", _("Country or territory of registration"), **YES, source="place"),
    Question("activity_places", "places", _("Where you intend to use the license"), **YES,
        hint=_("The fee follows these countries and territories, not your seat."), criterion="territory"),
)
SIGNATORIES = (
    Question(
        "signing_mode", "choice(alone/jointly)", _("Does one person sign alone, or do several sign jointly?"), **YES, source="signing powers",
        hint=_("As your statutes or a notary’s deed say. The order of signatures is built from this answer."),
        options=(("alone", _("One person alone")), ("jointly", _("Several people jointly"))), criterion="standing",
    ),
    Question(
        "signatories", "rows(1..4: name text(120), office text(80), email email, powers_until? date)", _("Who signs (two or more when jointly, in signing order)"),
        **YES, source="signing powers",
        hint=_("Each person signs with an account of their own, under this e-mail address. Leave the last day empty if the powers have no end."),
        options=(("name", _("Name, as it should appear")), ("office", _("Office held")), ("email", _("E-mail address")), ("powers_until", _("Powers hold until"))),
    ),
    Question(
        "signing_powers_document", "text(200)", _("Document that proves these powers, with its date"), **YES,
        hint=_("For example: certificate of the board’s resolution, 12 January 2026"),
    ),
    Question("signing_powers_file", "file(3)", _("Copy of that document"), hint=EVIDENCE),
)
FINANCE = (
    Question("vat_registered", "yes_no", _("Are you registered for VAT or a similar sales tax?"), **YES),
    Question(
        "tax_numbers", "rows(0..4: kind text(12), value text(40))", _("Tax numbers (VAT, NIF, CNPJ, PAN, GSTIN, EIN, …)"), source="tax numbers",
        options=(("kind", _("Kind of number")), ("value", _("Number"))),
    ),
    Question("no_tax_number_reason", "text(200)", _("Why you are not registered"), when="vat_registered=no"),
    Question("non_profit", "yes_no", _("Are you a non-profit body?"), **YES, criterion="eligibility"),
    Question("non_profit_evidence", "text(200)", _("Document that shows this, with its date"), when="non_profit=yes"),
    Question("non_profit_file", "file(3)", _("Copy of the document that shows it"), when="non_profit=yes", hint=EVIDENCE),
    Question("finance_contact_name", "text(120)", _("Person for invoices"), **YES, source="finance contact"),
    Question("finance_contact_email", "email", _("E-mail for invoices"), **YES, source="finance contact"),
    Question(
        "purchase_order_rule", "choice(none/before_invoice/with_payment)", _("Do you need a purchase order?"), **YES,
        options=(("none", _("No")), ("before_invoice", _("Yes, before the invoice")), ("with_payment", _("Yes, with the payment"))),
    ),
    Question("fiscal_year_begins", "month", _("Month in which your fiscal year begins"), **YES),
)
ACTIVITY = (
    Question(
        "organiser", "choice(applicant/other)", _("Who organizes the activity?"), **YES,
        options=(("applicant", _("We do")), ("other", _("Another body"))),
    ),
    Question("organiser_name", "text(200)", _("Name of the organizer and its relation to you"), when="organiser=other"),
    Question("need", "words(300)", _("Why now, and what need in the country"), **YES, offering="QTP1-L", criterion="need"),
    Question(
        "workshops", "rows(1..6: year number(2024..2040), workshops number(1..60), places number(5..200), city text(80))",
        _("Workshops per year, places in each, city"), **YES, offering="QTP1-L", criterion="reach",
        options=(("year", _("Year")), ("workshops", _("Workshops")), ("places", _("Places in each")), ("city", _("City"))),
    ),
    Question(
        "audience_mix", "percents(physicians/nurses/pharmacists/managers/patients/other)", _("Who will attend, in percent"), **YES, offering="QTP1-L",
        hint=_("Whole numbers; together they make 100."), criterion="multidisciplinary",
        options=(
            ("physicians", _("Physicians")), ("nurses", _("Nurses")), ("pharmacists", _("Pharmacists")), ("managers", _("Managers")),
            ("patients", _("Patients")), ("other", _("Others")),
        ),
    ),
    Question(
        "delivery_mode", "choice(in_person/virtual/hybrid)", _("In person, virtual or both"), **YES,
        options=(("in_person", _("In person")), ("virtual", _("Virtual")), ("hybrid", _("Both"))),
    ),
    Question("venue", "text(200)", _("Venue, if known")),
    Question("delivery_languages", "languages", _("Languages of delivery"), **YES, hint=_("A language the kit is not in needs a translation rider.")),
    Question("attendee_fee", "money", _("Registration fee for each attendee (0 if none)"), **YES, criterion="access"),
    Question("attendee_fee_kept_by", "text(200)", _("Who keeps the registration fees")),
    Question("evaluation", "words(300)", _("How you will evaluate the workshops"), **YES, offering="QTP1-L", criterion="quality"),
    Question("edition", "edition", _("Edition of the symposium"), **YES, offering="QCS-DH"),
    Question("starts_on", "date", _("First day of your event"), **YES, offering="QCS-DH", hint=_("Not before the embargo of the edition lifts.")),
    Question("ends_on", "date", _("Last day of your event (at most the day after the first)"), **YES, offering="QCS-DH"),
    Question("expected_attendance", "number(1..5000)", _("How many people you expect"), **YES, offering="QCS-DH",
        hint=_("In person and from afar. An attendance fee is due above 100.")),
    Question("attendee_places", "places", _("Countries and territories attendees come from"), **YES, offering="QCS-DH", criterion="sanctions"),
    Question("previous_dealings", "words(150)", _("Earlier dealings with the licensor")),
    Question(
        "how_learned", "choice(website/society/colleague/meeting/other)", _("How you learned of the license"),
        options=(("website", _("Web site")), ("society", _("A society")), ("colleague", _("A colleague")), ("meeting", _("A meeting")), ("other", _("In another way"))),
    ),
)
FACULTY = (
    Question(
        "faculty", "rows(2..12: name text(120), role text(120), alumni yes_no, coach yes_no, languages text(60))", _("Proposed faculty"), **YES, offering="QTP1-L",
        hint=_("At least two people. Alumni have completed the program; coaches guide teams through it."), criterion="faculty",
        options=(("name", _("Name")), ("role", _("Role")), ("alumni", _("Alumni of the program?")), ("coach", _("Coach?")), ("languages", _("Languages they teach in"))),
    ),
    Question("faculty_files", "file(12)", _("Curricula vitae of the faculty"), offering="QTP1-L", hint=EVIDENCE, criterion="faculty"),
    Question("physician_lead_name", "text(120)", _("Physician who leads the workshops"), **YES, offering="QTP1-L", criterion="eligibility"),
    Question("physician_lead_member_number", "text(40)", _("Membership number of the physician lead"), **YES, offering="QTP1-L",
        hint=_("The number this physician has as a member of the licensor’s society."), criterion="eligibility"),
    Question("physician_lead_email", "email", _("E-mail of the physician lead"), **YES, offering="QTP1-L"),
)
EVENT = (
    Question(
        "local_titles", "rows(1..5: language text(8), title text(160))", _("Title of your event in each language"), **YES, offering="QCS-DH",
        hint=_("The title is approved separately before you may announce it."), criterion="brand",
        options=(("language", _("Language, such as en or es")), ("title", _("Title"))),
    ),
    Question(
        "agenda", "rows(1..40: day number(1..2), starts text(5), ends text(5), session text(200))", _("Draft agenda, two days at most"), **YES, offering="QCS-DH",
        options=(("day", _("Day (1 or 2)")), ("starts", _("From")), ("ends", _("To")), ("session", _("Session"))),
    ),
    Question(
        "scientific_committee", "rows(1..15: name text(120), role text(80), institution text(160))", _("Scientific committee, chair first"), **YES, offering="QCS-DH",
        options=(("name", _("Name")), ("role", _("Role")), ("institution", _("Institution"))), criterion="independence",
    ),
    Question(
        "invited_experts", "rows(0..20: name text(120), topic text(160))", _("Invited experts"), offering="QCS-DH",
        options=(("name", _("Name")), ("topic", _("Topic"))),
    ),
    Question("virtual_platform", "text(120)", _("Platform for attendance from afar"), offering="QCS-DH"),
    Question("recording", "yes_no", _("Do you ask to record sessions? (off unless approved)"), **YES, offering="QCS-DH"),
    Question("education_credit_body", "text(160)", _("Body that grants education credit"), offering="QCS-DH"),
    Question(
        "exclusivity", "choice(none/country/language/audience)", _("Exclusivity asked for"), **YES, offering="QCS-DH",
        options=(("none", _("None")), ("country", _("For a country")), ("language", _("For a language")), ("audience", _("For an audience"))),
    ),
    Question("exclusivity_reason", "words(150)", _("Why, and of what exactly"), offering="QCS-DH", when="exclusivity≠none"),
    Question("budget", "words(200)", _("Budget in outline"), **YES, offering="QCS-DH", criterion="independence"),
)
INDEPENDENCE = (
    Question("funding_sources", "words(150)", _("How the activity is paid for"), **YES, criterion="independence"),
    Question(
        "supporters", "rows(0..20: name text(160), kind text(60), role text(200))", _("Commercial supporters expected, and their part"), criterion="independence",
        options=(("name", _("Name")), ("kind", _("Kind of company")), ("role", _("Their part"))),
    ),
    Question("independence_policy", "words(200)", _("How content is kept apart from commercial support"), **YES, criterion="independence"),
    Question("conflicts", "yes_no", _("Are there conflicts of interest to declare?"), **YES),
    Question("conflicts_text", "words(200)", _("Which ones, and how they are handled"), when="conflicts=yes"),
)
DECLARATIONS = (
    Question("sanctions_declared", "tick", _("No person or body involved is under sanctions that forbid this license"), **YES, criterion="sanctions"),
    Question("anti_bribery_declared", "tick", _("No payment or favor was or will be given to obtain this license"), **YES),
    Question("accuracy_declared", "tick", _("The answers are true and complete, and I may submit them"), **YES),
    Question("data_protection_contact_name", "text(120)", _("Person for data-protection questions"), **YES),
    Question("data_protection_contact_email", "email", _("E-mail of that person"), **YES),
    Question(
        "reading_language", "choice(en/es)", _("Language of the agreement's reading copy (English prevails)"), **YES, source="language",
        options=(("en", _("English")), ("es", _("Spanish"))),
    ),
)
BODY, WHAT, PROMISE = _("Your organization"), _("The activity"), _("Independence and declarations")
# key, group on the task list, title, what stands under it, questions
STEPS = (
    ("organisation", BODY, _("Legal name and address"), _("Who applies, and for which country or territory"), ORGANISATION),
    ("signatories", BODY, _("Who may sign"), _("Alone or jointly, until when"), SIGNATORIES),
    ("finance", BODY, _("Tax and finance contact"), _("Tax numbers, person for invoices"), FINANCE),
    ("activity", WHAT, _("What you plan"), _("Need, dates, languages, registration fee"), ACTIVITY),
    ("faculty", WHAT, _("Faculty"), _("At least two people, and the physician who leads"), FACULTY),
    ("event", WHAT, _("The event"), _("Title, agenda of up to two days, committee, budget"), EVENT),
    ("independence", PROMISE, _("Independence"), _("Funding, supporters, conflicts of interest"), INDEPENDENCE),
    ("declarations", PROMISE, _("Declarations"), _("Three declarations, data protection, language of the agreement"), DECLARATIONS),
)
