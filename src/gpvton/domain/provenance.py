"""What a written picture says about itself: that it was edited, by what, with which weights.

Standard: IPTC Photo Metadata as XMP (properties DigitalSourceType, AISystemUsed and
AISystemVersionUsed), so that other software shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from gpvton import __version__

DIGITAL_SOURCE_TYPE = (
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
)
"""IPTC NewsCode: a photo with parts made by a trained model."""

_TEMPLATE = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 Iptc4xmpExt:DigitalSourceType={source}
 Iptc4xmpExt:AISystemUsed={software}
 Iptc4xmpExt:AISystemVersionUsed={weights}
 xmp:CreatorTool={software}/>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What made a picture: network name to the SHA-256 of its weights."""

    weights: Mapping[str, str] = field(default_factory=dict)
    software: str = f"gpvton {__version__}"

    def xmp(self) -> str:
        """The XMP packet."""
        weights = "; ".join(f"{name} sha256:{hash_}" for name, hash_ in self.weights.items())
        return _TEMPLATE.format(
            source=quoteattr(DIGITAL_SOURCE_TYPE),
            software=quoteattr(self.software),
            weights=quoteattr(weights or "none"),
        )
