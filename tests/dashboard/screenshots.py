"""`make screenshots`: pictures of the dashboard over the sample's night, in data/sample/pictures.

`list.png` stands in the README. The pages show the sample's invented postings; their alphabets need fonts: on Debian
fonts-noto-core and fonts-noto-cjk.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import threading
from datetime import datetime, time
from pathlib import Path

from click.testing import CliRunner
from playwright.sync_api import sync_playwright

from pipeline.cli import main as internships
from pipeline.cli.nights import SAMPLE_NIGHT
from pipeline.dashboard.serve import make_server
from pipeline.query.suggest import read_profile
from pipeline.shipped import shipped
from pipeline.storage.home import Home
from tests.conftest import REPOSITORY
from tests.dashboard.conftest import CHROMIUM, FLAGS

FOLDER = REPOSITORY / "data" / "sample" / "pictures"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
PROFILE = read_profile(shipped("data", "sample", "profile.yaml")).as_json()

SHOTS = (
    ("list.png", "#", WIDE, "light"),
    ("charts.png", "#view=charts", WIDE, "light"),
    ("internship.png", "#q=ux+research", WIDE, "dark"),
    ("phone.png", "#", PHONE, "dark"),
)
"""File, address, size, colour scheme."""


def main() -> None:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        sys.exit("no Chromium here; Debian has it: apt-get install chromium")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        home = Home(Path(scratch))
        done = CliRunner().invoke(internships, ["run", "--sample", "--home", scratch])
        if done.exit_code:
            sys.exit(done.output)
        with make_server(home.exports / "latest", 0) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
            for name, address, size, scheme in SHOTS:
                context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
                context.clock.set_fixed_time(datetime.combine(SAMPLE_NIGHT, time(12)))
                context.add_init_script(f"sessionStorage.setItem('internships.profile', {json.dumps(PROFILE)})")
                page = context.new_page()
                page.goto(f"http://127.0.0.1:{server.server_port}/{address}")
                page.wait_for_selector("html[data-usable]", state="attached")
                if name == "internship.png":
                    page.click(".card a")
                    page.wait_for_selector(".internship")
                page.wait_for_timeout(300)
                page.screenshot(path=FOLDER / name)
                print(f"{name}  {(FOLDER / name).stat().st_size / 1000:.0f} kB")
            browser.close()
            server.shutdown()


if __name__ == "__main__":
    main()
