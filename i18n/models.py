from i18n.places.models import Area, Place, PlaceTier, Region, RegionMembership

__all__ = ["Area", "Place", "PlaceTier", "Region", "RegionMembership"]
