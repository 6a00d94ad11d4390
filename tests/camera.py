"""Reading the QR codes in a picture, as a phone's camera does.

Only those: among the modules of a large code, a reader that looks for every kind of barcode now and then
finds a short one that nobody drew.
"""

from typing import Any

import zxingcpp


def codes_in(picture: Any) -> list[zxingcpp.Barcode]:
    """Every QR code in a picture, in no particular order."""
    return list(zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode))
