"""Masters made for the tests: nothing here is anyone's artwork."""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

A4 = (595, 842)


def written(pdf, **how) -> bytes:
    output = BytesIO()
    pdf.save(output, **how)
    return output.getvalue()


def plain(pages=10) -> pikepdf.Pdf:
    """Pages with a word each, resources of their own."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(pages):
        page = pdf.add_blank_page(page_size=A4)
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(b"BT /F1 24 Tf 72 700 Td (Page %d) Tj ET" % (number + 1))
    return pdf


def turned(*degrees, crop=None) -> pikepdf.Pdf:
    pdf = plain(len(degrees))
    for page, angle in zip(pdf.pages, degrees, strict=True):
        page.obj.Rotate = angle
        if crop:
            page.obj.CropBox = Array(crop)
    return pdf


def inheriting() -> pikepdf.Pdf:
    """Size and resources stand on the page tree's root, not on the pages."""
    pdf = plain(3)
    pdf.Root.Pages.Resources = pdf.pages[0].obj.Resources
    pdf.Root.Pages.MediaBox = Array([0, 0, *A4])
    for page in pdf.pages:
        del page.obj["/Resources"]
        del page.obj["/MediaBox"]
    return pdf


def unbalanced() -> pikepdf.Pdf:
    """Pages whose instructions leave states, text and marked content open, close too much, or are missing."""
    pdf = plain(5)
    for page, instructions in zip(
        pdf.pages,
        [b"q 9 0 0 9 0 0 cm q 1 0 0 1 500 500 cm", b"Q Q q 2 0 0 2 0 0 cm", b"/P BMC BT /F1 9 Tf (open) Tj", b"1 0 0 rg"],
        strict=False,
    ):
        page.obj.Contents = pdf.make_stream(instructions)
    del pdf.pages[4].obj["/Contents"]
    return pdf


def tagged() -> bytes:
    import typst

    source = (
        '#set document(title: "Manual del docente", author: "DEMO")\n#set text(lang: "es")\n#set page(margin: 36pt)\n'
        "= Uno\n#lorem(120)\n#pagebreak()\n= Dos\n#lorem(900)"
    )
    return typst.compile(source.encode())


def encrypted(user, owner) -> bytes:
    return written(plain(1), encryption=pikepdf.Encryption(user=user, owner=owner, R=6))


def signed() -> bytes:
    """A file signed with a key made for this call."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = ec.generate_private_key(ec.SECP256R1())
    name, start = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "DEMO")]), datetime(2026, 1, 1, tzinfo=UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=3650)).sign(key, hashes.SHA256())
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    signer = signers.SimpleSigner(
        signing_cert=asn1.Certificate.load(certificate.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        cert_registry=SimpleCertificateStore(),
    )
    writer = IncrementalPdfFileWriter(BytesIO(written(plain(1))))
    return signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name="Seal"), signer=signer).getvalue()


def with_signature_field(*, filled) -> bytes:
    pdf = plain(1)
    field = Dictionary(FT=Name.Sig, T=pikepdf.String("Seal"))
    if filled:
        field.V = pdf.make_indirect(Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite")))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))
    return written(pdf)


def xfa() -> bytes:
    pdf = plain(1)
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))
    return written(pdf)


def scripts() -> dict[str, bytes]:
    """One file for each place where scripts hide."""

    def action():
        return Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))

    opening, named, noted, packed = plain(1), plain(1), plain(1), plain(1)
    opening.Root.OpenAction = action()
    named.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([pikepdf.String("a"), named.make_indirect(action())])))
    noted.pages[0].obj.Annots = Array([Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action())])
    packed.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.URI, URI=pikepdf.String("#"), Next=packed.make_indirect(action())))
    return {
        "opening": written(opening),
        "named": written(named),
        "annotation": written(noted),
        "chained": written(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    }


def portfolio() -> bytes:
    pdf = plain(1)
    pdf.Root.Collection = Dictionary(View=Name.D)
    return written(pdf)


def bomb() -> bytes:
    import zlib

    pdf = plain(1)
    pdf.pages[0].obj.Contents = pdf.make_stream(zlib.compress(b" " * (300 << 20), 9), Filter=Name.FlateDecode)
    return written(pdf)


def without_pages() -> bytes:
    return written(pikepdf.new())
