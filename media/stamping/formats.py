"""Which types of file can carry a stamp, and who makes it. A format is a module with ``prepare``, ``tail``, ``covers`` and ``Slots``."""

from types import ModuleType

from media.stamping import pdf, pptx

FORMATS: dict[str, ModuleType] = {
    "application/pdf": pdf,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": pptx,
}
