from media.kits.models import Kit, KitFile, KitItem, KitRelease
from media.ledger.models import Bundle, Download, DownloadPart

__all__ = ["Bundle", "Download", "DownloadPart", "Kit", "KitFile", "KitItem", "KitRelease"]
