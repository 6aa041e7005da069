import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from django.test import Client

from licensing.agreements import seal_key


@pytest.mark.django_db
def test_the_published_key_is_the_one_of_the_seal():
    answer = Client().get("/.well-known/portal-keys.json")
    (key,) = answer.json()["keys"]
    certificate = x509.load_der_x509_certificate(base64.b64decode(key["x5c"][0]))
    number = {name: int.from_bytes(base64.urlsafe_b64decode(key[name] + "=="), "big") for name in ("n", "e")}
    assert RSAPublicNumbers(number["e"], number["n"]).public_key() == certificate.public_key()
    assert key["kid"] == seal_key.key().key_id
