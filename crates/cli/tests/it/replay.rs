//! `jiufen replay`: a run again, or what is no longer the same.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::command_line::{SOUND, code, errors, folder_with, jiufen, text};

fn append(path: &Path, words: &str) {
    let mut text = fs::read_to_string(path).unwrap();
    text.push_str(words);
    fs::write(path, text).unwrap();
}

/// A small pack with a registry of two firms, and a run of it.
fn run_of_two_firms() -> (tempfile::TempDir, tempfile::TempDir) {
    let pack = folder_with(SOUND);
    fs::create_dir(pack.path().join("data")).unwrap();
    fs::write(pack.path().join("data/企业.csv"), "名,地区\n甲,全国\n乙,全国\n").unwrap();
    let out = tempfile::tempdir().unwrap();
    let (from, to) = (pack.path().to_str().unwrap(), out.path().to_str().unwrap());
    let ran = jiufen(&["run", from, "--year", "2025", "--out", to]);
    assert_eq!(code(&ran), 0, "{}", errors(&ran));
    (pack, out)
}

#[test]
fn a_run_is_reproduced_byte_for_byte() {
    let (_pack, out) = run_of_two_firms();
    let replayed = jiufen(&["replay", out.path().to_str().unwrap()]);
    assert_eq!(code(&replayed), 0, "{}{}", text(&replayed), errors(&replayed));
    assert!(
        text(&replayed).contains("decisions.csv:逐字节相同"),
        "{}",
        text(&replayed)
    );
    assert!(text(&replayed).contains("重放一致"));
    let manifest = fs::read_to_string(out.path().join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["rows"][0]["read"], 2);
    assert_eq!(manifest["outputs"].as_array().unwrap().len(), 5);
    assert!(fs::read_dir(out.path()).unwrap().all(|file| {
        let name = file.unwrap().file_name();
        !name.to_string_lossy().ends_with(".part")
    }));
}

#[test]
fn two_runs_of_the_same_have_the_same_manifest() {
    let (pack, out) = run_of_two_firms();
    let first = fs::read(out.path().join("manifest.json")).unwrap();
    let (from, to) = (pack.path().to_str().unwrap(), out.path().to_str().unwrap());
    assert_eq!(code(&jiufen(&["run", from, "--year", "2025", "--out", to])), 0);
    assert_eq!(fs::read(out.path().join("manifest.json")).unwrap(), first);
}

#[test]
fn what_changed_since_is_named() {
    let (pack, out) = run_of_two_firms();
    append(&pack.path().join("data/企业.csv"), "丙,全国\n");
    append(&pack.path().join("试.md"), "\n改了一个字。\n");
    fs::write(pack.path().join("data/园区.csv"), "x\n").unwrap();
    let replayed = jiufen(&["replay", out.path().to_str().unwrap()]);
    assert_eq!(code(&replayed), 1);
    let words = text(&replayed);
    assert!(words.contains("文件 试.md 内容变了"), "{words}");
    assert!(words.contains("登记数据 企业.csv 内容变了"), "{words}");
    assert!(words.contains("登记数据 园区.csv 是新的"), "{words}");
    assert!(words.contains("decisions.csv:第 4 行起不同"), "{words}");
    assert!(words.contains("重放不一致"), "{words}");
}

#[test]
fn a_list_that_somebody_edited_is_found_by_its_line() {
    let (_pack, out) = run_of_two_firms();
    let path = out.path().join("decisions.csv");
    let edited = fs::read_to_string(&path).unwrap().replacen("300000", "400000", 1);
    fs::write(&path, edited).unwrap();
    let replayed = jiufen(&["replay", out.path().to_str().unwrap(), "--format", "json"]);
    assert_eq!(code(&replayed), 1);
    let json: Value = serde_json::from_str(&text(&replayed)).unwrap();
    assert_eq!(json["same"], false);
    assert_eq!(json["changed"].as_array().unwrap().len(), 0);
    assert_eq!(json["outputs"][0]["first_different_line"], 2);
    fs::remove_file(&path).unwrap();
    let replayed = jiufen(&["replay", out.path().to_str().unwrap()]);
    assert!(
        text(&replayed).contains("decisions.csv:没有了"),
        "{}",
        text(&replayed)
    );
}

#[test]
fn a_pack_that_was_moved_is_asked_for() {
    let (pack, out) = run_of_two_firms();
    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("包");
    fs::rename(pack.path(), &moved).unwrap();
    let out = out.path().to_str().unwrap();
    let replayed = jiufen(&["replay", out]);
    assert_eq!(code(&replayed), 2);
    let said = errors(&replayed).replace("\n  ", " ");
    assert!(said.contains("用 --pack 写明"), "{said}");
    let replayed = jiufen(&["replay", out, "--pack", moved.to_str().unwrap()]);
    assert_eq!(code(&replayed), 0, "{}", text(&replayed));
}

#[test]
fn a_folder_without_a_manifest_or_with_another_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let missing = jiufen(&["replay", path]);
    assert_eq!(code(&missing), 2);
    assert!(errors(&missing).contains("manifest.json"), "{}", errors(&missing));
    fs::write(folder.path().join("manifest.json"), "{\"format\": 99}").unwrap();
    let other = jiufen(&["replay", path]);
    assert_eq!(code(&other), 2);
    assert!(errors(&other).contains("「format」读不懂"), "{}", errors(&other));
}
