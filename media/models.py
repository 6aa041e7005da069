from media.kits.models import Kit, KitFile, KitItem, KitRelease
from media.ledger.models import Download, DownloadPart

__all__ = ["Download", "DownloadPart", "Kit", "KitFile", "KitItem", "KitRelease"]
