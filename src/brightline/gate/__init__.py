"""The gate: every call of the house passes here, and nowhere else, into the database's installed functions."""

from brightline.gate.call import Answer, Call, Receipt
from brightline.gate.gate import Gate

__all__ = ["Answer", "Call", "Gate", "Receipt"]
