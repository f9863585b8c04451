"""A small round as a folder of plain files, any of which a test may replace or leave out."""

from pathlib import Path

from tests.makers import default_source

ROUND = """[round]
code = "2026-1"
title_zh = "示范市2026年民主评议"
title_en = "Appraisal of Shifan City 2026"
kind = "综合"
opens_on = 2026-11-01
closes_on = 2026-11-30
previous = ""
per_ballot = 3

[office]
name_zh = "示范市民主评议办公室"
name_en = "Appraisal Office"
number_mark = "示评办提"
contact = "督办组"
copy_to = ["市政府办公室"]

[policy]
score_item = "A3"
minimum_n = 20

[[group]]
code = "EC"
name_zh = "经济管理部门"
name_en = "Economic departments"
weights = { enterprise = 0.7, citizen = 0.3 }

[[group]]
code = "PS"
name_zh = "公共服务单位"
name_en = "Public services"
weights = { enterprise = 0, citizen = 1 }
"""
DEPARTMENTS = """code,name_zh,name_en,group,ranked
D1,发展改革局,Development Bureau,EC,yes
D2,市场监管局,,EC,是
D4,档案馆,Archive,PS,no
"""
STRATA = """code,name_zh,name_en,population,codes
enterprise,企业,Enterprises,2,2
citizen,市民,Citizens,,60
"""
BALLOTS = """ballot,stratum,department,item,answer
1,enterprise,D1,A3,S5
1,enterprise,D1,Z,Z01
1,enterprise,D1,Z,Z02
1,enterprise,D1,T1,"窗口，排队"
1,enterprise,,O1,S4
2,citizen,,,
1,enterprise,D4,A3,S0
"""
FILES = {"round.toml": ROUND, "departments.csv": DEPARTMENTS, "strata.csv": STRATA, "ballots.csv": BALLOTS}


def write_folder(folder: Path, **changes: str | bytes | None) -> Path:
    """Write every file; ``round_toml="…"`` replaces one, ``None`` leaves it out."""
    files: dict[str, str | bytes | None] = {**FILES, "questionnaire.toml": default_source()}
    files |= {name.replace("_", "."): content for name, content in changes.items()}
    for name, content in files.items():
        if content is not None:
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
