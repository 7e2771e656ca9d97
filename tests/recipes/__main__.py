"""Every recipe of the documents, literally, in a fresh root: `make recipes`, or `python -m tests.recipes NAME…` for some of them.

Needs root, util-linux, git, and the package registries. What only a whole machine has is left out and said: systemd and cron
are not started, but the unit and the crontab are read and run as they would run them. Belongs here: the recipes.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.conftest import REPOSITORY
from tests.recipes.root import PROGRAM, RecipeError, block, blocks, enter, expect, running, shell, wait_for

OPERATIONS = "pipeline/nightly/README.md"
HOME = Path("/srv/internships")
SAMPLE_HOME = PROGRAM / "data" / "home"
FIRST_OLD_NIGHT = date(2026, 11, 10)

DROPPED = """\
sources:
  - id: recipe-alumni
    name: Alumni office
    spider: drop_folder
    url: https://alumni.example.edu
    holds: internships
"""
TABLE = "Position,Host,Location,Deadline,Link\nMarine biology internship,Sea Museum,Bergen,2099-05-01,https://sea.example.org/1\n"


def setup() -> None:
    """README's first block of a shell, in a fresh clone."""
    shell(f"git clone -q {shlex.quote(str(REPOSITORY))} {PROGRAM}", Path("/"))
    shell("make run")
    expect((SAMPLE_HOME / "exports" / "latest" / "index.html").is_file(), "make run left no exports")


def service() -> None:
    """The unit file and what is typed once as root; then what the unit starts, as its user, until a whole scheduled night is
    published, and it ends when it is told to."""
    stubs = Path("/srv/stubs")
    stubs.mkdir()
    (stubs / "systemctl").write_text('#!/bin/sh\necho "$@" >> /srv/stubs/calls\n', encoding="utf-8")
    (stubs / "systemctl").chmod(0o755)
    unit = block(OPERATIONS, "ini", "[Unit]")
    Path("/etc/systemd/system").mkdir(parents=True, exist_ok=True)
    Path("/etc/systemd/system/internships.service").write_text(unit, encoding="utf-8")
    shell(block(OPERATIONS, "sh", "useradd"), PATH=f"{stubs}:/usr/sbin:/usr/bin:/sbin:/bin")
    expect("enable --now internships" in (stubs / "calls").read_text(encoding="utf-8"), "the service is not enabled")
    if Path("/usr/bin/systemd-analyze").exists():
        said = shell("systemd-analyze verify /etc/systemd/system/internships.service 2>&1 || true", Path("/"))
        expect("internships.service:" not in said, said)
    keys = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line)
    catalogue = _dropped_source()
    words = [*_as_user(keys["User"]), *keys["Environment"].split(), "INTERNSHIPS_SCHEDULE=* * * * *"]
    words += [f"INTERNSHIPS_CATALOGUE={catalogue}", *shlex.split(keys["ExecStart"])]
    night = datetime.now(tz=UTC).date()
    log = Path("/srv/daemon.log")
    with running(words, log, Path(keys["WorkingDirectory"])):
        wait_for("a scheduled night", (HOME / "reports" / f"{night}.html").is_file)
        wait_for("the end of its run", _successful_runs)
    steps = ("collecting from 1 source", "cleaning", "matching", "building the warehouse", "writing the exports")
    lines = log.read_text(encoding="utf-8").splitlines()
    expect(all(any(step in line for line in lines) for step in steps), f"a step has no line in the log: {lines[-20:]}")
    found = shell(f"{PROGRAM}/.venv/bin/internships sql --home {HOME} --csv 'SELECT title FROM open_internships'")
    expect("Marine biology" in found, f"the night does not hold what was dropped: {found}")


def _successful_runs() -> int:
    """How many runs of this home Dagster counts as successful: its log has no line for the end of one."""
    statuses = "dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS])"
    count = f"import dagster as dg; print(dg.DagsterInstance.get().get_runs_count({statuses}))"
    return int(shell(f"{PROGRAM}/.venv/bin/python -c '{count}'", DAGSTER_HOME=str(HOME / "dagster")).split()[-1])


def _dropped_source() -> Path:
    """A catalogue of one source that needs no network: a folder that an office hands files over in."""
    catalogue = Path("/srv/catalogue")
    (catalogue / "network").mkdir(parents=True)
    (catalogue / "network" / "network.yaml").write_text(DROPPED, encoding="utf-8")
    folder = HOME / "drop" / "recipe-alumni"
    folder.mkdir(parents=True)
    (folder / "table.csv").write_text(TABLE, encoding="utf-8")
    shell(f"chown -R internships:internships {HOME}", Path("/"))
    return catalogue


def _as_user(user: str) -> list[str]:
    """What starts a program as a service manager or cron does: as this user, with nothing of our environment."""
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "env", "-i", f"HOME={HOME}"]


def cron() -> None:
    """Each line of the crontab, with the settings above it and no other, by the user that it names."""
    table = block(OPERATIONS, "", " * * *  internships ")
    settings = [line for line in table.splitlines() if re.match(r"[A-Z_]+=", line)]
    lines = re.findall(r"^\S+ \S+ \* \* \*  (\S+)  (.+)$", table, re.MULTILINE)
    expect(len(lines) == 2, "the crontab has other lines than this script knows")
    for user, command in lines:
        words = [*_as_user(user), *settings, "INTERNSHIPS_CATALOGUE=/srv/catalogue", "/bin/sh", "-c", command]
        shell(shlex.join(words), HOME)


def web() -> None:
    """`make web` on a home, until its pages answer; the editable install stays one."""
    with running(["make", "web"], Path("/srv/web.log"), INTERNSHIPS_HOME=str(SAMPLE_HOME)):
        wait_for("Dagster's page", lambda: _answers("http://127.0.0.1:3000/server_info"))
    expect("location:" in shell(".venv/bin/pip show international-internships").lower(), "it is not installed any more")
    where = shell(".venv/bin/python -c 'import pipeline; print(pipeline.__file__)'", Path("/opt/internships")).strip()
    expect(where == f"{PROGRAM}/pipeline/__init__.py", f"it is not editable any more: {where}")


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as response:
            return int(response.status) == 200
    except (URLError, OSError):
        return False


def publish() -> None:
    """`internships publish` as it stands there, served below a sub-path: each file that the folder names is there."""
    command = block(OPERATIONS, "sh", "internships publish --to site").splitlines()[0]
    folder = Path("/srv/www")
    folder.mkdir()
    shell(f"{command} --home {SAMPLE_HOME}", folder, PATH=f"{PROGRAM}/.venv/bin:/usr/bin:/bin")
    (folder / "site").rename(folder / "internships")
    server = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "8719"]
    with running(server, Path("/srv/www.log"), folder):
        base = "http://127.0.0.1:8719/internships/"
        wait_for("the page", lambda: _answers(base))
        with urlopen(base) as response:
            links = re.findall(r'(?:src|href)="([^"#:]+)"', response.read().decode())
        package = json.loads((folder / "internships" / "datapackage.json").read_bytes())
        resources = [resource["path"] for resource in package["resources"]]
        missing = [path for path in {*links, *resources} if not _answers(base + path)]
        expect(links and resources and not missing, f"not there below a sub-path: {missing[:5]}")


def interface() -> None:
    """`make api`, then the questions by curl."""
    shell("make api")
    recipe = block(OPERATIONS, "sh", "serve --api --port")
    command = f"{PROGRAM}/.venv/bin/internships"
    one = shell(
        f"{command} sql --csv --home {SAMPLE_HOME} 'SELECT internship_id FROM open_internships LIMIT 1'"
    ).split()[1]
    words = [command, "serve", "--api", "--port", "8711", "--home", str(SAMPLE_HOME)]
    (PROGRAM / "profile.json").write_text('{"passports": ["IN"], "languages": {"en": "C1"}}', encoding="utf-8")
    with running(words, Path("/srv/api.log")):
        wait_for("the interface", lambda: _answers("http://127.0.0.1:8711/openapi.json"))
        for line in recipe.splitlines():
            if line.startswith("curl"):
                shell(line.replace("/ID'", f"/{one}'").replace("curl", "curl -fsS", 1))


def analyst() -> None:
    """The Python of the dictionary's first page, in an environment with pandas and no project."""
    shell("make run")
    shell(
        "/usr/bin/python3 -m venv /srv/analyst && /srv/analyst/bin/pip install -q duckdb polars pandas pyarrow openpyxl pytz"
    )
    program = "\n".join(blocks("sql/README.md", "python"))
    Path("/srv/analyst/program.py").write_text(program, encoding="utf-8")
    shell("/srv/analyst/bin/python /srv/analyst/program.py")
    expect((PROGRAM / "internships.xlsx").is_file(), "to_excel left no file")


def upgrade() -> None:
    """A clone of a week ago, ten nights with it, then `git pull && make setup`: the eleventh night, status, rebuild, rollback."""
    old = shell("git rev-list -1 --before='7 days ago' HEAD || git rev-list --max-parents=0 HEAD", REPOSITORY).split()[
        0
    ]
    clone, home = Path("/srv/clone"), Path("/srv/ten-nights")
    shell(f"git clone -q {shlex.quote(str(REPOSITORY))} {clone} && git -C {clone} reset -q --hard {old}", Path("/"))
    shell(
        f"cp {PROGRAM}/constraints.txt . && make setup && git checkout -q constraints.txt", clone
    )  # old pins may be gone
    command = f"{clone}/.venv/bin/internships"
    for day in range(10):
        shell(f"{command} run --sample --night {FIRST_OLD_NIGHT + timedelta(days=day)} --home {home}", clone)
    before = _ids(command, home, "internship_id", "internship_history")
    installed = shell("git pull -q && make setup", clone)
    expect("Successfully installed" in installed, f"make setup does not say what it installed: {installed}")
    shell(f"{command} run --sample --night {FIRST_OLD_NIGHT + timedelta(days=10)} --home {home}", clone)
    lost = (
        before - _ids(command, home, "internship_id", "internship_history") - _ids(command, home, "old_id", "redirects")
    )
    expect(before and not lost, f"ids of before that are no more: {sorted(lost)[:5]}")
    shell(f"{command} status --home {home}", clone)
    shell(f"{command} rebuild --sample --from {FIRST_OLD_NIGHT + timedelta(days=8)} --home {home}", clone)
    shell(f"{command} rollback --home {home}", clone)


def _ids(command: str, home: Path, column: str, table: str) -> set[str]:
    return set(shell(f'{command} sql --csv --home {home} "SELECT {column} FROM {table}"').split()[1:])


RECIPES = (setup, service, cron, web, publish, interface, analyst, upgrade)


def main() -> int:
    """Run the recipes named, or all of them; the first one, which installs, always."""
    enter()
    named = sys.argv[1:] or [recipe.__name__ for recipe in RECIPES]
    failed = 0
    for recipe in RECIPES:
        if recipe is not setup and recipe.__name__ not in named:
            continue
        try:
            recipe()
        except (RecipeError, subprocess.SubprocessError) as error:
            failed += 1
            print(f"{recipe.__name__}: FAILED\n{error}", flush=True)
        else:
            print(f"{recipe.__name__}: works as written", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
