"""A round through a vendor's batches in a process of its own, to be killed: `vendor_driver.py send|collect`."""

import sys
from pathlib import Path

from tests.batch.standins import silent

from journeyai.batch.run import Order
from journeyai.batch.vendor import Vendor
from journeyai.engines.llm.session import Wish

order = Order(("chats",), engine="llm", out=Path("out.jsonl"), wish=Wish(model="tiny"))
done = Vendor(order, settled_seconds=0.0).run(silent, lambda _: None, sends=sys.argv[1] == "send")
sys.exit(done.result.exit_code)
