# SPDX-License-Identifier: Apache-2.0
"""Exit 0: the third-party hosts that kolla's Debian base asks all answer; 1: some don't.

The hosts are read from kolla's own template (the argument), so they are those of
the pinned release. What is asked is what a build would ask, from a container's
point of view: with the certificates of Debian's package only, since a company's
own CA, which the host trusts, is unknown in there.
"""

import glob
import re
import ssl
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor

# What `extrepo enable` loads; the template doesn't say it, the program has it built in.
EXTREPO = "https://extrepo-team.pages.debian.net/extrepo-data/debian/trixie/index.yaml"


def addresses(template: str) -> list[str]:
    keys = re.findall(r"'url':\s*'(https?://[^']+)'", template)
    servers = re.findall(r"hkp://([\w.:-]+)", template)
    extrepo = [EXTREPO] if "extrepo enable" in template else []
    return sorted({*keys, *(f"http://{server}/" for server in servers), *extrepo})


def context() -> ssl.SSLContext:
    bundle = [open(path, encoding="ascii").read() for path in glob.glob("/usr/share/ca-certificates/mozilla/*.crt")]
    return ssl.create_default_context(cadata="\n".join(bundle) if bundle else None)


def fault(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=5, context=context()) as answer:
            answer.read(1)
        return ""
    except (OSError, ValueError) as error:
        return f"{address}: {error}"


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        wanted = addresses(file.read())
    with ThreadPoolExecutor(len(wanted) or 1) as pool:
        faults = [text for text in pool.map(fault, wanted) if text]
    print("\n".join(faults) or "all third-party hosts answer")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
