from licensing.agreements.models import Agreement, AgreementTemplate, ClauseVersion, Signature, SignatureRequest
from licensing.applications.models import (
    Application,
    ApplicationAnswer,
    ApplicationFile,
    ApplicationNote,
    ApplicationRevision,
    Clarification,
    ClarificationDraft,
    ClarificationReply,
)
from licensing.entitlements.models import Entitlement, Licence, LicenceEnd, LicencePlace, Suspension, TermReminder
from licensing.fees.models import FeeLine, FeeSchedule
from licensing.history.models import Event
from licensing.logos.models import ArtworkPiece, PieceApproval, Proof, ProofNote, ProofRound
from licensing.offerings.models import EvidenceRequirement, LicenceOffering, LicensedRight, OfferingEdition
from licensing.organisations.models import AwaitedPower, Invitation, Membership, Organisation, OrganisationName, SigningPower
from licensing.payments.cards.models import Arrears, Dispute, Payer, PaymentAttempt, PaymentCase, ProviderEvent, Refund, RefusedCall
from licensing.payments.models import BillingDetails, Invoice, PaymentReceipt, Settlement
from licensing.terms.models import EvidenceTick, Quote, TermsOffer, Waiver

__all__ = [
    "Agreement",
    "AgreementTemplate",
    "Application",
    "ApplicationAnswer",
    "ApplicationFile",
    "ApplicationNote",
    "ApplicationRevision",
    "Arrears",
    "ArtworkPiece",
    "AwaitedPower",
    "BillingDetails",
    "Clarification",
    "ClarificationDraft",
    "ClarificationReply",
    "ClauseVersion",
    "Dispute",
    "Entitlement",
    "Event",
    "EvidenceRequirement",
    "EvidenceTick",
    "FeeLine",
    "FeeSchedule",
    "Invitation",
    "Invoice",
    "Licence",
    "LicenceEnd",
    "LicenceOffering",
    "LicencePlace",
    "LicensedRight",
    "Membership",
    "OfferingEdition",
    "Organisation",
    "OrganisationName",
    "Payer",
    "PaymentAttempt",
    "PaymentCase",
    "PaymentReceipt",
    "PieceApproval",
    "Proof",
    "ProofNote",
    "ProofRound",
    "ProviderEvent",
    "Quote",
    "Refund",
    "RefusedCall",
    "Settlement",
    "Signature",
    "SignatureRequest",
    "SigningPower",
    "Suspension",
    "TermReminder",
    "TermsOffer",
    "Waiver",
]
