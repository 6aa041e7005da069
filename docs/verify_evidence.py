"""Check the evidence file of an agreement without the portal: python verify_evidence.py AG-2027-0001-evidence.zip portal-keys.json

The keys are those at https://<the portal>/.well-known/portal-keys.json. Needs: pip install cryptography asn1crypto
"""

import base64, hashlib, json, re, sys, zipfile  # noqa: E401, I001
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def need(met, words):
    sys.exit(f"NOT GENUINE: {words}") if not met else None


def signed(content, signature, certificate):
    key, how = x509.load_der_x509_certificate(certificate).public_key(), hashes.SHA256()
    need(isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey), "a key of another kind")
    key.verify(signature, content, *([padding.PKCS1v15(), how] if isinstance(key, rsa.RSAPublicKey) else [ec.ECDSA(how)]))


def check(evidence, keys):
    with open(keys, "rb") as published:
        trusted = {sha256(der): der for der in (base64.b64decode(key["x5c"][0]) for key in json.load(published)["keys"])}
    with zipfile.ZipFile(evidence) as archive:
        names = archive.namelist()
        files = {name: archive.read(name) for name in names}
    manifest = json.loads(files["manifest.json"])
    need(manifest["key"] in trusted, f"signed with the unknown key {manifest['key']}")
    signed(files["manifest.json"], base64.b64decode(files["manifest.sig"]), trusted[manifest["key"]])
    need(sorted(names) == sorted([*manifest["files"], "manifest.json", "manifest.sig"]), "files were added or taken away")
    need(all(sha256(files[name]) == digest for name, digest in manifest["files"].items()), "a file was altered")
    record, text = json.loads(files["evidence.json"]), files["agreement.pdf"]
    shown = [document["sha256"] for document in record["documents"] if document["kind"] != "sealed"]
    need(all(sha256(files[document["file"]]) == document["sha256"] for document in record["documents"]), "the record disagrees")
    for one in record["signatures"]:
        need([one["document_sha256"], one["reading_sha256"]] == (shown + [""])[:2], f"{one['typed_name']} signed another text")
        need(sha256(one["intent"]["text"].encode()) == one["intent"]["sha256"], f"{one['typed_name']} declared something else")
    if "agreement-sealed.pdf" in files:
        sealed = files["agreement-sealed.pdf"]
        need(sealed.startswith(text) and all(hash_.encode() in sealed[len(text) :] for hash_ in shown), "the seal is on another text")
        ((a, b, c, d),) = (map(int, found) for found in re.findall(rb"/ByteRange ?\[ ?(\d+) (\d+) (\d+) (\d+) ?\]", sealed))
        need(a == 0 and c + d == len(sealed) and b >= len(text), "something was added after the seal")
        cades = cms.ContentInfo.load(bytes.fromhex(sealed[b + 1 : c - 1].decode()))["content"]
        signer, certificate = cades["signer_infos"][0], cades["certificates"][0].chosen.dump()
        stated = {attribute["type"].native: attribute["values"][0].native for attribute in signer["signed_attrs"]}
        need(stated["message_digest"] == hashlib.sha256(sealed[:b] + sealed[c:]).digest(), "the sealed file was altered")
        need(sha256(certificate) in trusted, "sealed with an unknown key")
        signed(signer["signed_attrs"].untag().dump(), signer["signature"].native, certificate)
    print(f"GENUINE: {record['agreement']['number']}, {record['agreement']['state']}, {len(record['signatures'])} signatures")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        check(*sys.argv[1:3])
    except Exception as broken:  # a stranger's file may break anywhere, and each way means the same
        sys.exit(f"NOT GENUINE: {type(broken).__name__} {broken}")
