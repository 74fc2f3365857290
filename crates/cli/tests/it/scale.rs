//! Runs over snapshots, lists in every format, and what Ctrl-C leaves.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::command_line::{code, errors, jiufen, text};

fn data_of_shili() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/shili/data")
}

/// A run of shili over a folder, into another.
fn run(data: &Path, out: &Path, format: &str) {
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    let ran = jiufen(&[
        "run", "shili", "--data", data, "--year", "2025", "--out", out, "--lists", format,
    ]);
    assert_eq!(code(&ran), 0, "{}", errors(&ran));
}

fn replayed(out: &Path) -> String {
    let replayed = jiufen(&["replay", out.to_str().unwrap()]);
    assert_eq!(code(&replayed), 0, "{}{}", text(&replayed), errors(&replayed));
    text(&replayed)
}

#[test]
fn rows_of_several_versions_are_not_kept_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (folder.path().join("data"), folder.path().join("kept"));
    fs::create_dir(&data).unwrap();
    let yearly = "统一社会信用代码,年度,得知日\n91999999MA00000154,2024,2025-04-30\n";
    fs::write(data.join("企业.年度.csv"), yearly).unwrap();
    fs::copy(data_of_shili().join("企业.csv"), data.join("企业.csv")).unwrap();
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    let kept = jiufen(&["snapshot", "shili", "--data", data, "--out", out]);
    assert_eq!(code(&kept), 2, "{}", text(&kept));
    assert!(
        errors(&kept).contains("企业.年度 有 得知日 一栏"),
        "{}",
        errors(&kept)
    );
    assert!(fs::read_dir(out).map_or(true, |mut found| found.next().is_none()));
}

#[test]
fn a_run_over_a_snapshot_gives_the_lists_of_the_run_over_what_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (from, kept) = (folder.path().join("csv"), folder.path().join("kept"));
    run(&data_of_shili(), &from, "csv");
    let snapshot = jiufen(&[
        "snapshot",
        "shili",
        "--data",
        data_of_shili().to_str().unwrap(),
        "--out",
        folder.path().to_str().unwrap(),
        "--format",
        "json",
    ]);
    assert_eq!(code(&snapshot), 0, "{}", errors(&snapshot));
    let told: Value = serde_json::from_str(&text(&snapshot)).unwrap();
    let data = PathBuf::from(told["folder"].as_str().unwrap());
    run(&data, &kept, "csv");
    for list in [
        "decisions.csv",
        "instalments.csv",
        "verdicts.csv",
        "values.csv",
        "rejected.csv",
    ] {
        let (a, b) = (
            fs::read(from.join(list)).unwrap(),
            fs::read(kept.join(list)).unwrap(),
        );
        assert!(a == b, "{list}");
    }
    let manifest = |out: &Path| -> Value {
        serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap()
    };
    assert_eq!(manifest(&kept)["snapshot"], told["snapshot"]);
    assert_eq!(manifest(&kept)["rows"], manifest(&from)["rows"]);
    assert!(replayed(&kept).contains("重放一致"));
}

#[test]
fn a_snapshot_that_was_changed_is_not_run_silently() {
    let folder = tempfile::tempdir().unwrap();
    let (root, out) = (folder.path().to_str().unwrap(), folder.path().join("out"));
    let snapshot = jiufen(&["snapshot", "shili", "--out", root, "--format", "json"]);
    let told: Value = serde_json::from_str(&text(&snapshot)).unwrap();
    let data = told["folder"].as_str().unwrap();
    for (file, found) in [("rejected.json", "rejected.json"), ("核定.csv", "核定.csv")] {
        let path = Path::new(data).join(file);
        let before = fs::read(&path).unwrap();
        fs::write(&path, [&before[..], b"\n"].concat()).unwrap();
        let ran = jiufen(&[
            "run",
            "shili",
            "--data",
            data,
            "--year",
            "2025",
            "--out",
            out.to_str().unwrap(),
        ]);
        assert_eq!(code(&ran), 1, "{}", text(&ran));
        assert!(
            text(&ran).contains(found) && text(&ran).contains("快照"),
            "{}",
            text(&ran)
        );
        fs::write(&path, before).unwrap();
    }
}

#[test]
fn lists_of_every_format_are_replayed_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    for (format, begins) in [("xlsx", &b"PK"[..]), ("parquet", &b"PAR1"[..])] {
        run(&data_of_shili(), folder.path(), format);
        for list in ["decisions", "instalments", "verdicts", "values", "rejected"] {
            let bytes = fs::read(folder.path().join(format!("{list}.{format}"))).unwrap();
            assert!(bytes.starts_with(begins), "{list}");
        }
        let words = replayed(folder.path());
        assert!(
            words.contains(&format!("decisions.{format}:逐字节相同")),
            "{words}"
        );
    }
    // Lists of the run before are gone: a folder holds one run.
    assert!(!folder.path().join("decisions.xlsx").exists());
    let decisions = folder.path().join("decisions.parquet");
    let mut bytes = fs::read(&decisions).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&decisions, bytes).unwrap();
    let replayed = jiufen(&["replay", folder.path().to_str().unwrap()]);
    assert_eq!(code(&replayed), 1);
    assert!(
        text(&replayed).contains("decisions.parquet:与当时不同"),
        "{}",
        text(&replayed)
    );
}

#[test]
fn a_pack_whose_rules_need_others_says_which_and_streams_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ran = jiufen(&[
        "run",
        "shili",
        "--stream",
        "企业.parquet",
        "--year",
        "2025",
        "--out",
        folder.path().to_str().unwrap(),
    ]);
    assert_eq!(code(&ran), 2);
    assert!(errors(&ran).contains("不能逐行算"), "{}", errors(&ran));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// The first list is written into a pipe that nobody empties, so that the program is certainly in the midst of it.
#[cfg(unix)]
#[test]
fn ctrl_c_leaves_no_half_written_file() {
    use std::io::Read as _;
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("decisions.csv.part");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut child = Command::new(env!("CARGO_BIN_EXE_jiufen"))
        .args(["run", "shili", "--year", "2025", "--out"])
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut reader = fs::File::open(&pipe).unwrap();
    reader.read_exact(&mut [0; 1]).unwrap();
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
