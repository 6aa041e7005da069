from django.urls import path

from licensing.web import desk, register, verification

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    # verification and register
    path("verify/", verification.form, name="verify"),
    path("verify/<str:code>/", verification.code, name="verify_code"),
    path("register/", register.register, name="register"),
]
