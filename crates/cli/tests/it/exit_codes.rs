//! The table of `docs/output.md`: what is fine, what is a finding, what is wrong use, the same for every command.

use std::path::Path;

use serde_json::Value;

use crate::command_line::{SOUND, code, errors, folder_with, jiufen, text};

/// A folder with the sound document, changed in one place, and the tables of its registry.
fn pack(from: &str, to: &str, tables: &[(&str, &str)]) -> tempfile::TempDir {
    assert!(SOUND.contains(from), "{from}");
    let folder = folder_with(&SOUND.replace(from, to));
    std::fs::create_dir(folder.path().join("data")).unwrap();
    for (name, rows) in tables {
        std::fs::write(folder.path().join("data").join(name), rows).unwrap();
    }
    folder
}

const ROWS: (&str, &str) = ("企业.csv", "名,地区\n甲,全国\n乙,全国\n");

/// The exit codes of every command that takes a pack, in the order of the columns of the table.
fn codes(folder: &Path) -> [i32; 6] {
    let pages = tempfile::tempdir().unwrap();
    let (pack, out) = (folder.to_str().unwrap(), pages.path().to_str().unwrap());
    [
        &["check", pack][..],
        &["test", pack],
        &["run", pack, "--year", "2025"],
        &["explain", pack, "--year", "2025", "--subject", "甲"],
        &["show", "试奖", "--at", "2025-06-01", "--pack", pack],
        &["site", pack, "--year", "2025", "--out", out],
    ]
    .map(|arguments| {
        let output = jiufen(arguments);
        assert!(!errors(&output).contains("panicked"), "{}", errors(&output));
        code(&output)
    })
}

/// What is changed in the sound document, the tables beside it, and how each command then ends.
type Row<'a> = (&'a str, (&'a str, &'a str), &'a [(&'a str, &'a str)], [i32; 6]);

#[test]
fn every_command_ends_as_the_table_says() {
    let rejected = ("企业.csv", "名,地区\n甲,全国\n甲,全国\n");
    let unknown = ("企叶.csv", "名,地区\n丙,全国\n");
    let broken = ("企业.csv", "名,地区,地区\n甲,全国,全国\n");
    let error = ("  金额 3万元\n\n例", "  金额 3万亩\n\n例");
    let failed = ("应得 试奖(甲) = 3万元", "应得 试奖(甲) = 4万元");
    let warned = ("状态: 示例\n", "状态: 示例\n没有这一项: 甲\n");
    let none = ("标题", "标题");
    let cases: [Row<'_>; 8] = [
        ("nothing to say", none, &[ROWS], [0; 6]),
        ("warnings of the pack", warned, &[ROWS], [0; 6]),
        ("a rejected row", none, &[rejected], [0; 6]),
        ("an unknown file", none, &[ROWS, unknown], [0; 6]),
        ("errors of the pack", error, &[ROWS], [1; 6]),
        ("a failed case", failed, &[ROWS], [0, 1, 0, 0, 0, 1]),
        ("no table at all", none, &[], [0, 0, 1, 2, 0, 0]),
        ("an error in a table", none, &[broken], [0, 0, 1, 1, 0, 1]),
    ];
    for (name, (from, to), tables, expected) in cases {
        assert_eq!(codes(pack(from, to, tables).path()), expected, "{name}");
    }
    let strict = pack(warned.0, warned.1, &[ROWS]);
    let output = jiufen(&["check", "--strict", strict.path().to_str().unwrap()]);
    assert_eq!(code(&output), 1, "{}", text(&output));
}

#[test]
fn formatting_ends_as_the_table_says_and_says_so_to_programs() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = write("good.md", SOUND.as_bytes());
    let uneven = write(
        "uneven.md",
        SOUND.replace("  每   企业 一次", "  每 企业   一次").as_bytes(),
    );
    let faulty = write(
        "faulty.md",
        SOUND
            .replace("  金额 3万元\n\n例", "  金额 (3万元\n\n例")
            .as_bytes(),
    );
    let old = write("old.md", &[0xB1, 0xEA, 0xCC, 0xE2, b'\n', 0xFF]);
    let cases: [(&[&str], i32, &str); 6] = [
        (&[&good], 0, "unchanged"),
        (&["--check", &uneven], 1, "unformatted"),
        (&[&faulty], 1, "unchanged"),
        (&[&old], 1, "refused"),
        (&[&uneven], 0, "formatted"),
        (&["--check", &uneven], 0, "unchanged"),
    ];
    for (arguments, expected, state) in cases {
        let all = [&["fmt", "--format", "json"], arguments].concat();
        let output = jiufen(&all);
        assert_eq!(code(&output), expected, "{arguments:?}");
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["files"][0]["state"], state, "{arguments:?}");
        assert_eq!(
            told["files"][0]["findings"].as_array().unwrap().is_empty(),
            !matches!(state, "refused") && arguments[0] != faulty
        );
    }
}

#[test]
fn what_cannot_be_done_is_wrong_use() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().to_str().unwrap();
    let picture = folder.path().join("图.txt");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0".repeat(9)).unwrap();
    let picture = picture.to_str().unwrap();
    let cases: [(&[&str], &str); 13] = [
        (&[], "用法"),
        (&["check", "没有这个包"], "随附的包"),
        (&["check", empty], "没有 .md 文件"),
        (&["fmt", empty], "没有 .md 文件"),
        (&["fmt", "没有.md"], "核对路径"),
        (&["run", "shili", "--data", "没有这个文件夹"], "核对路径"),
        (&["run", "shili", "--as-of", "2025-02-30"], "历法"),
        (&["run", "shili", "--year", "0"], "1900 至 2199"),
        (&["explain", "shili", "--subject", "没有这家"], "没有键或名称"),
        (
            &[
                "explain",
                "shili",
                "--subject",
                "91999999MA00000154",
                "--rule",
                "没有这条",
            ],
            "没有规则",
        ),
        (
            &["show", "没有这条", "--at", "2025-01-01", "--pack", "shili"],
            "没有「没有这条」",
        ),
        (&["site", "shili", "--out", picture], "要一个文件夹"),
        (
            &["site", "shili", "--out", empty, "--column", picture],
            "不是文本文件,读不出栏目",
        ),
    ];
    for (arguments, words) in cases {
        let output = jiufen(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", errors(&output));
        assert!(
            errors(&output).contains(words),
            "{arguments:?}: {}",
            errors(&output)
        );
        assert!(text(&output).is_empty(), "{arguments:?}: {}", text(&output));
    }
    assert!(!folder.path().join("index.html").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_not_silence() {
    let full = std::fs::File::create("/dev/full").unwrap();
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_jiufen"))
        .args(["check", "shili"])
        .stdout(full)
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2));
}

/// `jiufen run` with lists on a disk of 64 KiB, which only it sees: what it says, and what is on the disk afterwards.
/// `None` where nobody may mount one.
#[cfg(target_os = "linux")]
fn run_on_a_small_disk(language: &str) -> Option<(std::process::Output, String)> {
    const SCRIPT: &str = "mount -t tmpfs -o size=64k tmpfs \"$0\" || exit 1; \
        \"$@\" >/dev/null; code=$?; echo mounted; ls -A \"$0\"; exit $code";
    let folder = tempfile::tempdir().unwrap();
    let run = |own: &str| {
        std::process::Command::new("unshare")
            .args([own, "sh", "-c", SCRIPT])
            .arg(folder.path())
            .args([env!("CARGO_BIN_EXE_jiufen"), "run", "shili", "--year", "2025"])
            .args(["--lang", language, "--out"])
            .arg(folder.path())
            .output()
            .ok()
    };
    // Root mounts as it is; others in a namespace in which they are root.
    let outputs = ["-m", "-rm"].into_iter().filter_map(run);
    let left = |output: std::process::Output| {
        let left = text(&output).strip_prefix("mounted\n")?.to_owned();
        Some((output, left))
    };
    outputs.filter_map(left).next()
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_is_told_with_the_file_and_holds_no_half_list() {
    for (language, words) in [
        ("zh", ["decisions.csv", "磁盘已满", "腾出空间"]),
        ("en", ["decisions.csv", "the disk is full", "make room"]),
    ] {
        let Some((output, left)) = run_on_a_small_disk(language) else {
            println!("no disk can be mounted here: not tested");
            return;
        };
        let said = errors(&output);
        assert_eq!((code(&output), left.as_str()), (2, ""), "{said}");
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
        assert_eq!(said.matches("decisions.csv").count(), 1, "{said}");
    }
}

#[test]
fn faults_of_files_are_told_to_people_and_to_programs() {
    let folder = pack(
        "标题",
        "标题",
        &[
            ("企业.csv", "# 合成\n名称,地区\n甲,全国\n"),
            ("企叶.csv", "名\n丙\n"),
        ],
    );
    let name = folder.path().to_str().unwrap();
    let output = jiufen(&["run", name, "--year", "2025", "--format", "json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let faults: Vec<(&str, &str, &Value, &Value)> = told["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            let word = |key: &str| f[key].as_str().unwrap();
            (
                word("code"),
                word("severity"),
                &f["place"]["path"],
                &f["place"]["line"],
            )
        })
        .collect();
    let path = Value::from("data/企业.csv");
    let other = Value::from("data/企叶.csv");
    assert_eq!(
        faults,
        [
            ("unknown-table-column", "warning", &path, &Value::from(2)),
            ("missing-table-column", "error", &path, &Value::from(2)),
            ("unknown-data-file", "warning", &other, &Value::Null),
        ]
    );
    let said = text(&jiufen(&["run", name, "--year", "2025"])).replace('\n', "");
    assert!(
        said.contains("缺少必需的栏目“名”") && said.contains("是否想写“企业.csv”"),
        "{said}"
    );
    assert!(
        said.contains("错误[missing-table-column]: ") && said.contains("怎么办: "),
        "{said}"
    );
}

#[test]
fn a_document_is_one_however_its_name_is_written() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["一.MD", "二.markdown"] {
        let text = SOUND.replace("试奖", name.split('.').next().unwrap());
        std::fs::write(
            folder.path().join(name),
            text.replace(
                "对象 企业 家\n  键 名\n  名: 文本\n  地区: 地区\n\n",
                if name == "一.MD" {
                    "对象 企业 家\n  键 名\n  名: 文本\n  地区: 地区\n\n"
                } else {
                    ""
                },
            ),
        )
        .unwrap();
    }
    let said = text(&jiufen(&["check", folder.path().to_str().unwrap()]));
    assert!(said.starts_with("2 个文件,2 条奖补"), "{said}");
}

#[test]
fn pages_are_told_to_programs() {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    let output = jiufen(&[
        "site", "shili", "--year", "2025", "--out", folder, "--format", "json",
    ]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&told["pack"], &told["year"]),
        (&Value::from("shili"), &Value::from(2025))
    );
    assert_eq!(told["as_of"], "2025-12-31");
    assert!(told["files"].as_u64() > Some(100) && Path::new(told["index"].as_str().unwrap()).exists());
    assert_eq!(
        (&told["failed"], &told["errors"]),
        (&Value::from(0), &Value::Array(vec![]))
    );
    let faults = told["faults"].as_array().unwrap().iter();
    let codes: Vec<&Value> = faults.map(|fault| &fault["code"]).collect();
    assert_eq!(codes, ["repeated-rows"]);
    let bad = folder_with(&SOUND.replace("  金额 3万元\n\n例", "  金额 3万亩\n\n例"));
    let output = jiufen(&[
        "site",
        bad.path().to_str().unwrap(),
        "--out",
        folder,
        "--format",
        "json",
    ]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (code(&output), &told["errors"][0]["code"]),
        (1, &Value::from("type-mismatch"))
    );
    assert_eq!(told["year"], Value::Null);
}

#[test]
fn the_demo_speaks_to_programs_too() {
    let out = tempfile::tempdir().unwrap();
    let output = jiufen(&["demo", "--out", out.path().to_str().unwrap(), "--format", "json"]);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    for pack in told["packs"].as_array().unwrap() {
        assert_eq!(
            (&pack["check"]["errors"], &pack["test"]["failed"]),
            (&Value::from(0), &Value::from(0))
        );
        assert!(pack["run"]["rules"].is_array() && pack["site"]["files"].is_u64());
    }
    assert!(told["explain"]["rights"][0]["payable_fen"].is_string());
}
